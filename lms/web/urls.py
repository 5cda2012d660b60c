from django.urls import path

from lms.web.views import demonstration, design, desk, front, health

app_name = "web"
urlpatterns = [
    path("", front.front, name="front"),
    path("desk/", desk.desk, name="desk"),
    path("design/", design.design, name="design"),
    path("demonstration/clock/", demonstration.move_clock, name="clock"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
]
