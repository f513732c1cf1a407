package io.signalbox;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.signalbox.engine.torch.Script;
import java.io.File;
import java.io.ObjectInputStream;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.Temporal;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.springframework.transaction.annotation.Transactional;

/** The walls of the house: which room may use which, and what none may use. */
@AnalyzeClasses(packages = "io.signalbox", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.signalbox.";

    /** Every room, with the rooms it may use beside itself. */
    private static final Map<String, Set<String>> ARROWS = Map.of(
            "spec", Set.of(),
            "event", Set.of(),
            "failpoint", Set.of(),
            "checkpoint", Set.of("failpoint"),
            "callback", Set.of("spec", "event"),
            "data", Set.of("spec"),
            "link", Set.of("event", "spec"),
            "engine", Set.of("spec", "callback", "event", "data", "checkpoint"),
            "trainer", Set.of("spec", "callback", "event", "data", "checkpoint", "link", "engine", "failpoint"),
            "server", Set.of("spec", "callback", "event", "link", "data", "checkpoint", "failpoint"));

    @ArchTest
    static void everyClassLivesInARoom(JavaClasses classes) {
        assertThat(classes).allSatisfy(type -> assertThat(ARROWS).containsKey(roomOf(type)));
    }

    @ArchTest
    static void roomsUseOnlyTheRoomsThatTheirArrowsPointTo(JavaClasses classes) {
        ARROWS.forEach((room, allowed) -> noClasses()
                .that()
                .resideInAPackage(inRoom(room))
                .should()
                .dependOnClassesThat(inAnotherRoomThan(room, allowed))
                .because("the arrows of the design go from " + room + " to " + allowed + " only")
                .check(classes));
    }

    @ArchTest
    static final ArchRule pureRoomsKnowNeitherFrameworkNorEngine = noClasses()
            .that()
            .resideInAnyPackage(
                    inRoom("spec"),
                    inRoom("event"),
                    inRoom("checkpoint"),
                    inRoom("callback"),
                    inRoom("data"),
                    inRoom("link"),
                    inRoom("failpoint"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..", "org.hibernate..", "ai.djl..");

    @ArchTest
    static final ArchRule transactionsAreTemplates = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Transactional.class)
            .because("nothing acts on the annotation here; use the TransactionTemplate");

    @ArchTest
    static final ArchRule onlyTrainersLoadTheEngine = noClasses()
            .that()
            .resideOutsideOfPackages(inRoom("engine"), inRoom("trainer"))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..")
            .because("a fault in native code must end one job and nothing else");

    @ArchTest
    static final ArchRule onlyProgramsLoadTorchScript = noClasses()
            .that(DescribedPredicate.not(JavaClass.Predicates.type(Script.class)))
            .should()
            .callMethodWhere(JavaCall.Predicates.target(HasName.Predicates.nameStartingWith("loadModule")
                            .or(HasName.Predicates.name("newBlockFactory")))
                    .as("load TorchScript"))
            .orShould()
            .dependOnClassesThat(
                    JavaClass.Predicates.assignableTo("ai.djl.Model").or(resideInAPackage("ai.djl.repository..")))
            .because("TorchScript is code; what is loaded is written here or put there by the operator");

    @ArchTest
    static final ArchRule trainersKnowNothingOfSpring = noClasses()
            .that()
            .resideInAnyPackage(inRoom("engine"), inRoom("trainer"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta.persistence..");

    @ArchTest
    static final ArchRule serverFeaturesAreFreeOfCycles =
            slices().matching(ROOT + "server.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheWorkerFeatureStartsProcesses = noClasses()
            .that(resideInAPackage(inRoom("server"))
                    .and(DescribedPredicate.not(resideInAPackage(ROOT + "server.worker.."))))
            .should()
            .dependOnClassesThat()
            .areAssignableTo(ProcessBuilder.class)
            .orShould()
            .callMethod(Runtime.class, "exec", String.class)
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class);

    @ArchTest
    static final ArchRule nobodyEvaluatesOrDeserialisesWhatAUserSent = noClasses()
            .should()
            .dependOnClassesThat(resideInAnyPackage("org.springframework.expression..", "javax.script..", "groovy..")
                    .or(JavaClass.Predicates.assignableTo(ObjectInputStream.class)));

    @ArchTest
    static final ArchRule randomnessIsAFunctionOfTheSeed = noClasses()
            .that()
            .resideInAnyPackage(inRoom("engine"), inRoom("trainer"), inRoom("callback"), inRoom("data"))
            .should()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(Random.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(ThreadLocalRandom.class)
            .because("a run is a function of its seed, epoch and step, and never of history");

    /** Files of the system's own, whose names are written here. */
    private static final Set<String> MAY_NAME_PATHS = Set.of(
            "server.job.Gpus",
            "server.worker.KubernetesManifest",
            "server.worker.OomKills",
            "server.worker.ProcessSession",
            "server.worker.ResidentMemory");

    @ArchTest
    static final ArchRule theServerMakesPathsFromItsHomeAlone = noClasses()
            .that(resideInAPackage(inRoom("server")).and(areNot(MAY_NAME_PATHS)))
            .should()
            .callMethod(Path.class, "of", String.class, String[].class)
            .orShould()
            .callMethod(Paths.class, "get", String.class, String[].class)
            .orShould()
            .callConstructor(File.class, String.class)
            .because("what a client sends is a name; Home knows where things are");

    @ArchTest
    static final ArchRule namesAndNumbersAreWrittenTheSameInEveryLanguage = noClasses()
            .that()
            .haveNameNotMatching(".*__.*") // what the build made ahead of time
            .should()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callMethod(String.class, "formatted", Object[].class)
            .because("in Arabic their digits are others; use Locale.ROOT");

    /** Of what is left each bounds what a jump of the clock can do, or tells people times. */
    private static final Set<String> MAY_COMPARE_TIMES = Set.of(
            "server.job.JobQueue", // waits for Job.LONGEST_WAIT at most
            "server.command.Deadlines", // two times of one row
            "trainer.NodeFolder", // what was left a day ago, and is locked by nobody
            "callback.TensorBoard"); // wall times, as its files have them

    @ArchTest
    static final ArchRule nobodyWaitsByAClockThatCanBeSet = noClasses()
            .that(areNot(MAY_COMPARE_TIMES))
            .should()
            .callMethod(Instant.class, "isAfter", Instant.class)
            .orShould()
            .callMethod(Instant.class, "isBefore", Instant.class)
            .orShould()
            .callMethod(Instant.class, "compareTo", Instant.class)
            .orShould()
            .callMethod(Duration.class, "between", Temporal.class, Temporal.class)
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("somebody may set the machine's clock; measure by Uptime or System.nanoTime");

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses classes) {
        Set<String> unmarked = classes.stream()
                .map(JavaClass::getPackage)
                .filter(javaPackage -> !javaPackage.isAnnotatedWith(NullMarked.class))
                .map(javaPackage -> javaPackage.getName())
                .collect(Collectors.toSet());
        assertThat(unmarked).isEmpty();
    }

    private static DescribedPredicate<JavaClass> areNot(Set<String> names) {
        return DescribedPredicate.describe(
                "are not " + names,
                type -> names.stream().noneMatch(name -> type.getName().startsWith(ROOT + name)));
    }

    private static String inRoom(String room) {
        return ROOT + room + "..";
    }

    private static String roomOf(JavaClass type) {
        return type.getPackageName().startsWith(ROOT)
                ? type.getPackageName().substring(ROOT.length()).split("\\.")[0]
                : "";
    }

    private static DescribedPredicate<JavaClass> inAnotherRoomThan(String room, Set<String> allowed) {
        return DescribedPredicate.describe(
                "live in a room other than " + allowed,
                type -> ARROWS.containsKey(roomOf(type))
                        && !roomOf(type).equals(room)
                        && !allowed.contains(roomOf(type)));
    }
}
