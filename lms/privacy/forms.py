"""What is confirmed before it is done."""

from django import forms


class AcceptForm(forms.Form):
    accepted = forms.BooleanField(
        label="I have read these texts and accept them.",
        error_messages={"required": "Tick the box to go on, or sign out. Nothing was accepted."},
    )


class EraseForm(forms.Form):
    email = forms.CharField(
        label="Your e-mail address",
        help_text="Type the address that you sign in with, to show that you mean this account.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    known = forms.BooleanField(
        label="I know that what is deleted can’t be brought back.",
        error_messages={"required": "Tick the box to go on. Nothing was deleted."},
    )

    def __init__(self, *args: object, address: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # what every form takes
        self.address = address

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"].strip()
        if typed.casefold() != self.address.casefold():
            raise forms.ValidationError("This is not the address that you sign in with. Nothing was deleted.")
        return typed
