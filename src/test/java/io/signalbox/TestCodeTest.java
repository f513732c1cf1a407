package io.signalbox;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the tests themselves must not do. */
@AnalyzeClasses(packages = "io.signalbox", importOptions = ImportOption.OnlyIncludeTests.class)
class TestCodeTest {

    @ArchTest
    static final ArchRule testsWaitForConditionsAndNeverSleep = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .because("a sleep is too short on a busy machine and too long on any other");
}
