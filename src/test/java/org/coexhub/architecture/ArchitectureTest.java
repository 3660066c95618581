package org.coexhub.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import org.apache.camel.Endpoint;
import org.apache.camel.spi.UriEndpoint;
import org.coexhub.Hub;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which package may know which. */
class ArchitectureTest {

    private static final JavaClasses HUB =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.coexhub");

    /** From the ground up; a wing may know those before it. */
    private static final List<String> WINGS =
            List.of(
                    "platform",
                    "event",
                    "inbound",
                    "state",
                    "delivery",
                    "outbound",
                    "connector",
                    "routes",
                    "api");

    @Test
    void aWingKnowsOnlyThoseBelowIt() {
        for (int i = 0; i < WINGS.size(); i++) {
            String[] above =
                    WINGS.subList(i + 1, WINGS.size()).stream()
                            .map(wing -> "org.coexhub." + wing + "..")
                            .toArray(String[]::new);
            if (above.length > 0) {
                noClasses()
                        .that()
                        .resideInAPackage("org.coexhub." + WINGS.get(i) + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(above)
                        .check(HUB);
            }
        }
    }

    @Test
    void everythingStandsInAWing() {
        String[] all =
                Stream.concat(WINGS.stream(), Stream.of("sandbox"))
                        .map(wing -> "org.coexhub." + wing + "..")
                        .toArray(String[]::new);
        classes()
                .that(not(equivalentTo(Hub.class)))
                .and()
                .doNotHaveSimpleName("package-info")
                .should()
                .resideInAnyPackage(all)
                .check(HUB);
    }

    @Test
    void eventIsPlainJava() {
        noClasses()
                .that()
                .resideInAPackage("org.coexhub.event..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.camel..",
                        "jakarta.jms..",
                        "org.springframework..",
                        "org.coexhub.platform..")
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
                        "org.coexhub.platform.broker..",
                        "org.coexhub.inbound.journal..",
                        "org.coexhub.delivery..",
                        "org.coexhub.outbound.command..",
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
                .resideInAPackage("org.coexhub.inbound.webhook..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.sql..",
                        "org.springframework.jdbc..",
                        "org.coexhub.platform.store..",
                        "org.coexhub.inbound.eventlog..")
                .check(HUB);
    }

    @Test
    void whatOthersAnswerIsReadInOnePlaceThatBoundsIt() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.coexhub.platform.http..", "org.coexhub.sandbox..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.net\\.(http\\.HttpClient.*|(Http)?URLConnection)")
                .check(HUB);
    }

    /**
     * At every level, the root included, the packages below it and the classes directly in it form no circle; a package
     * counts with all below it.
     */
    @Test
    void packagesFormNoCircleAtAnyLevel() {
        levelsOf(HUB).forEach(level -> noCircleAt(level).check(HUB));
    }

    @Test
    void aCircleBetweenAPackageAndOneBelowItIsSeen() {
        JavaClasses circle =
                new ClassFileImporter().importPackages("org.coexhub.architecture.circle");
        assertThatThrownBy(() -> levelsOf(circle).forEach(level -> noCircleAt(level).check(circle)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Cycle detected");
    }

    private static Set<String> levelsOf(JavaClasses all) {
        var levels = new TreeSet<String>();
        for (JavaClass each : all) {
            String name = each.getPackageName();
            while (name.startsWith("org.coexhub")) {
                levels.add(name);
                name = name.substring(0, name.lastIndexOf('.'));
            }
        }
        return levels;
    }

    private static ArchRule noCircleAt(String level) {
        return slices().assignedFrom(
                        new SliceAssignment() {
                            @Override
                            public SliceIdentifier getIdentifierOf(JavaClass each) {
                                String name = each.getPackageName();
                                if (name.equals(level)) {
                                    return SliceIdentifier.of("directly in it");
                                }
                                if (!name.startsWith(level + ".")) {
                                    return SliceIdentifier.ignore();
                                }
                                String below = name.substring(level.length() + 1);
                                return SliceIdentifier.of(below.split("\\.")[0]);
                            }

                            @Override
                            public String getDescription() {
                                return "packages directly below " + level;
                            }
                        })
                .should()
                .beFreeOfCycles();
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
    void whatIsThrownEndsInExceptionOrError() {
        classes()
                .that()
                .areAssignableTo(Throwable.class)
                .and()
                .areNotAnonymousClasses()
                .should()
                .haveNameMatching(".*(Exception|Error)")
                .check(HUB);
        classes()
                .that()
                .haveSimpleNameEndingWith("Error")
                .should()
                .notBeAssignableTo(Exception.class)
                .check(HUB);
    }

    /** What is annotated is held against what the jar tells Camel's tools. */
    @Test
    void everyEndpointSaysWhatItTakes() {
        classes()
                .that()
                .areAssignableTo(Endpoint.class)
                .should()
                .beAnnotatedWith(UriEndpoint.class)
                .check(HUB);
    }

    /** So that whoever reads a name, in a log or in another class, knows which one is meant. */
    @Test
    void aNameIsUsedOnce() {
        Map<String, List<String>> classes =
                HUB.stream()
                        .filter(JavaClass::isTopLevelClass)
                        .filter(each -> !each.getSimpleName().equals("package-info"))
                        .collect(
                                Collectors.groupingBy(
                                        JavaClass::getSimpleName,
                                        TreeMap::new,
                                        Collectors.mapping(
                                                JavaClass::getName, Collectors.toList())));
        assertThat(classes).isNotEmpty().allSatisfy((name, all) -> assertThat(all).hasSize(1));
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
