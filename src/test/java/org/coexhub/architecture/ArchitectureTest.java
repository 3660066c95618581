package org.coexhub.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Which package may know which. */
class ArchitectureTest {

    private static final JavaClasses HUB =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.coexhub");

    @Test
    void eventKnowsNeitherCamelNorQueuesNorSpring() {
        noClasses()
                .that()
                .resideInAPackage("org.coexhub.event..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.camel..",
                        "jakarta.jms..",
                        "org.springframework..",
                        "org.coexhub.(broker|eventlog|conversation|destination|command|send|chatbot|api|sandbox)..")
                .check(HUB);
    }

    @Test
    void nothingOutsideTheSandboxKnowsIt() {
        noClasses()
                .that(resideOutsideOfPackage("org.coexhub.sandbox.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.coexhub.sandbox.."))
                .check(HUB);
    }

    @Test
    void queuesAreTouchedWhereMessagesEnterAndLeaveThemOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "org.coexhub.broker..",
                        "org.coexhub.destination..",
                        "org.coexhub.command..",
                        "org.coexhub.sandbox..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jakarta.jms..", "org.apache.activemq..")
                .check(HUB);
    }

    @Test
    void theWebhookEntranceAsksNoStore() {
        noClasses()
                .that()
                .resideInAPackage("org.coexhub.webhook..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "org.springframework.jdbc..",
                        "org.coexhub.eventlog..",
                        "org.coexhub.conversation..",
                        "org.coexhub.destination..")
                .check(HUB);
    }

    @Test
    void theBrokerPackageKnowsNothingOfWhatItCarries() {
        noClasses()
                .that()
                .resideInAPackage("org.coexhub.broker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.coexhub.eventlog..",
                        "org.coexhub.conversation..",
                        "org.coexhub.destination..",
                        "org.coexhub.command..",
                        "org.coexhub.send..",
                        "org.coexhub.webhook..")
                .check(HUB);
    }

    @Test
    void whatOthersAnswerIsReadInOnePlaceThatBoundsIt() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.coexhub.http..", "org.coexhub.sandbox..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(http\\.HttpClient.*|(Http)?URLConnection)")
                .check(HUB);
    }

    /** A package counts with all below it; circles among those, and with the classes beside {@code Hub}, are not seen. */
    @Test
    void packagesFormNoCircle() {
        slices().matching("org.coexhub.(*)..").should().beFreeOfCycles().check(HUB);
    }

    /** Its one thread on two cores is everybody's: who waits on it holds up all others. */
    @Test
    void nothingRunsOnTheCommonPool() {
        noClasses()
                .should()
                .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
                .orShould()
                .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
                .check(new ClassFileImporter().importPackages("org.coexhub"));
    }

    @Test
    void nothingIsInjectedIntoFields() {
        noFields().should().beAnnotatedWith(Autowired.class).check(HUB);
    }

    @Test
    void controllersStandInTheApiAndSandboxOnly() {
        classes()
                .that()
                .areAnnotatedWith("org.springframework.web.bind.annotation.RestController")
                .should()
                .resideInAnyPackage("org.coexhub.api..", "org.coexhub.sandbox..")
                .check(HUB);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        try (Stream<Path> folders = Files.walk(Path.of("src/main/java/org/coexhub"))) {
            List<Path> silent =
                    folders.filter(Files::isDirectory)
                            .filter(ArchitectureTest::hasSources)
                            .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                            .toList();
            assertThat(silent).isEmpty();
        }
    }

    private static boolean hasSources(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(f -> f.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
