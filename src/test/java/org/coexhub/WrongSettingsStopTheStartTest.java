package org.coexhub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A setting that is missing or wrong stops the start with a line that names it. */
@ExtendWith(OutputCaptureExtension.class)
class WrongSettingsStopTheStartTest {

    private static final List<String> COMPLETE =
            List.of(
                    "--hub.meta.app-secret=s3cret-of-the-app",
                    "--hub.meta.verify-token=v",
                    "--hub.api-token=t");

    @TempDir Path data;

    @Test
    void namesEverySettingThatIsMissing(CapturedOutput output) {
        Throwable failure = start();

        assertThat(failure).isNotNull();
        assertThat(output)
                .contains("HUB_META_APP_SECRET is missing")
                .contains("HUB_META_VERIFY_TOKEN is missing")
                .contains("HUB_API_TOKEN is missing")
                .doesNotContain("\tat org.coexhub");
    }

    @Test
    void namesASpanThatIsNone(CapturedOutput output) {
        Throwable failure = startComplete("--hub.handover.duration=soon");

        assertThat(failure).isNotNull();
        assertThat(output)
                .contains("HUB_HANDOVER_DURATION (hub.handover.duration) is not a usable time span")
                .contains("for example 30s, 12h or 180d")
                .doesNotContain("s3cret-of-the-app");
    }

    @Test
    void namesARoutesFolderThatIsNotThere(CapturedOutput output) {
        Throwable failure = startComplete("--hub.routes-dir=" + data.resolve("nowhere"));

        assertThat(failure).isNotNull();
        assertThat(output)
                .contains("HUB_ROUTES_DIR: no folder")
                .contains("nowhere")
                .contains("for example")
                .doesNotContain("\tat org.coexhub");
    }

    @Test
    void refusesARealTokenInTheSandbox(CapturedOutput output) {
        Throwable failure =
                startComplete(
                        "--spring.profiles.active=sandbox",
                        "--hub.meta.access-token=EAAG-a-real-token");

        assertThat(failure).isNotNull();
        assertThat(output).contains("HUB_META_ACCESS_TOKEN").doesNotContain("EAAG-a-real-token");
    }

    @Test
    void namesTheLineOfASalesforceMappingThatCannotBeUsed(CapturedOutput output) throws Exception {
        Path mapping = data.resolve("own-mapping.yaml");
        String shipped =
                Files.readString(
                        Path.of(
                                "src/main/resources/org/coexhub/salesforce/salesforce-mapping.yaml"));
        Files.writeString(mapping, shipped.replace("Body__c: text", "Body__c: words"));

        Throwable failure =
                startComplete(
                        "--hub.salesforce.login-url=http://127.0.0.1:9",
                        "--hub.salesforce.client-id=key",
                        "--hub.salesforce.client-secret=s3cret-of-salesforce",
                        "--hub.salesforce.mapping=" + mapping);

        assertThat(failure).isNotNull();
        assertThat(output)
                .contains("HUB_SALESFORCE_MAPPING: " + mapping + " line ")
                .contains("Body__c: no value 'words'; there are direction, origin")
                .doesNotContain("s3cret-of-salesforce")
                .doesNotContain("\tat org.coexhub");
    }

    private Throwable startComplete(String... more) {
        var arguments = new ArrayList<>(COMPLETE);
        arguments.addAll(List.of(more));
        return start(arguments.toArray(String[]::new));
    }

    private Throwable start(String... settings) {
        var arguments = new ArrayList<>(List.of(settings));
        arguments.add("--hub.data-dir=" + data);
        arguments.add("--server.port=0");
        arguments.add("--management.server.port=0");
        return catchThrowable(
                () -> {
                    try (var context =
                            new SpringApplication(Hub.class)
                                    .run(arguments.toArray(String[]::new))) {
                        assertThat(context.isRunning()).as("the hub started").isFalse();
                    }
                });
    }
}
