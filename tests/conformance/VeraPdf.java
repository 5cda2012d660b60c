import java.io.File;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Prints what veraPDF's engine finds wrong in a file: `VeraPdf FILE FLAVOUR…`. The last line is the number of faults. */
class VeraPdf {
    public static void main(String[] given) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        int faults = 0;
        for (int place = 1; place < given.length; place++) {
            var flavour = PDFAFlavour.byFlavourId(given[place]);
            try (var parser = Foundries.defaultInstance().createParser(new File(given[0]), flavour);
                 var validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                var result = validator.validate(parser);
                int failed = 0;
                for (TestAssertion found : result.getTestAssertions()) {
                    if (found.getStatus() == TestAssertion.Status.FAILED) {
                        failed++;
                        System.out.println(given[place] + " " + found.getRuleId().getClause() + "-" + found.getRuleId().getTestNumber()
                            + ": " + found.getMessage() + " @ " + found.getLocation().getContext());
                    }
                }
                if (!result.isCompliant() && failed == 0) failed = 1;
                faults += failed;
                System.out.println(given[place] + " checks " + result.getTotalAssertions() + " compliant " + result.isCompliant());
            }
        }
        System.out.println(faults);
    }
}
