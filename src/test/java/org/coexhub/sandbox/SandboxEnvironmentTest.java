package org.coexhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

class SandboxEnvironmentTest {
    private final StandardEnvironment environment = new StandardEnvironment();

    @Test
    void doesNothingWithoutTheProfile() {
        user(Map.of("hub.meta.access-token", "EAAreal"));
        process();
        assertThat(environment.getProperty("hub.meta.graph-url")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HUB_META_ACCESS_TOKEN", "HUB_META_GRAPH_URL", "HUB_SALESFORCE_LOGIN_URL"})
    void refusesToStartBesideAVariableOfARealSystem(String variable) {
        environment.setActiveProfiles("sandbox");
        environment
                .getPropertySources()
                .addFirst(
                        new SystemEnvironmentPropertySource(
                                "test-systemEnvironment",
                                new HashMap<>(Map.of(variable, "anything"))));
        ConfigurationPropertySources.attach(environment);

        assertThatThrownBy(this::process)
                .hasMessageContaining(variable)
                .hasMessageContaining("real customers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hub.meta.access-token",
                "hub.meta.graph-url",
                "hub.meta.app-secret",
                "hub.meta.verify-token",
                "hub.db.url",
                "hub.broker.url",
                "hub.kafka.brokers",
                "hub.chatwoot.url",
                "hub.salesforce.login-url",
                "hub.salesforce.client-secret",
                "hub.hubspot.access-token",
                "hub.hubspot.client-secret",
                "hub.hubspot.url",
                "hub.media.s3.bucket",
                "hub.webhook.url",
                "hub.chatbot.url",
                "hub.broker.listen"
            })
    void refusesToStartBesideAPropertyOfARealSystem(String property) {
        environment.setActiveProfiles("sandbox");
        user(Map.of(property, "https://real.example.com/anything"));

        assertThatThrownBy(this::process)
                .isInstanceOf(RealSystemInSandboxException.class)
                .hasMessageContaining(property)
                .hasMessageNotContaining("anything");
    }

    @ParameterizedTest
    @CsvSource({
        "hub.chatbot.url, http://localhost:5005/webhooks/rest/webhook",
        "hub.webhook.url, http://127.0.0.1:9000/hook",
        "hub.webhook.url, http://[::1]:9000/hook",
        "hub.broker.listen, tcp://127.0.0.1:61616",
        "hub.meta.app-secret, sandbox-secret-of-a-script"
    })
    void letsADeveloperTryWhatRunsOnTheSameMachine(String property, String value) {
        environment.setActiveProfiles("sandbox");
        user(Map.of(property, value));

        process();

        assertThat(environment.getProperty(property)).isEqualTo(value);
    }

    @Test
    void listensOnThisMachineOnlyWhateverIsSet() {
        environment.setActiveProfiles("sandbox");
        user(Map.of("server.address", "0.0.0.0", "management.server.address", "0.0.0.0"));

        process();

        assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
        assertThat(environment.getProperty("management.server.address")).isEqualTo("127.0.0.1");
        assertThat(environment.getProperty("hub.data-dir")).isEqualTo("./sandbox-data");
    }

    @Test
    void namesEverySettingInItsRefusalAndNoStackTrace() {
        environment.setActiveProfiles("sandbox");
        user(Map.of("hub.meta.access-token", "EAAG", "hub.kafka.brokers", "kafka:9092"));
        Throwable refusal = catchThrowable(this::process);

        FailureAnalysis analysis = new RealSystemInSandboxAnalyzer().analyze(refusal);

        assertThat(analysis.getDescription())
                .contains("HUB_META_ACCESS_TOKEN")
                .contains("HUB_KAFKA_BROKERS");
    }

    @Test
    void pointsTheHubAtTheSandbox() {
        environment.setActiveProfiles("sandbox");

        process();

        int metaPort = environment.getRequiredProperty("hub.sandbox.meta-port", Integer.class);
        int toolsPort = environment.getRequiredProperty("hub.sandbox.tools-port", Integer.class);
        assertThat(metaPort).isPositive().isNotEqualTo(toolsPort);
        assertThat(environment.getProperty("hub.meta.graph-url"))
                .isEqualTo("http://127.0.0.1:" + metaPort);
        assertThat(environment.getRequiredProperty("hub.chatbot.url", URI.class))
                .hasPort(toolsPort)
                .hasPath("/bot");
        assertThat(environment.getRequiredProperty("hub.webhook.url", URI.class))
                .hasPort(toolsPort);
        assertThat(environment.getProperty("hub.webhook.secret")).startsWith("whsec_");
        assertThat(environment.getRequiredProperty("hub.salesforce.login-url", URI.class))
                .hasHost("127.0.0.1")
                .hasPort(
                        environment.getRequiredProperty(
                                "hub.sandbox.salesforce-port", Integer.class));
        assertThat(environment.getProperty("hub.salesforce.pub-sub-port"))
                .isEqualTo(environment.getProperty("hub.sandbox.pub-sub-port"));
        assertThat(environment.getProperty("hub.salesforce.pub-sub-plain-text")).isEqualTo("true");
        assertThat(environment.getProperty("hub.meta.access-token")).startsWith("sandbox-");
        assertThat(environment.getProperty("hub.api-token")).hasSizeGreaterThanOrEqualTo(32);
        assertThat(environment.getProperty("hub.hubspot.access-token")).startsWith("sandbox-");
        assertThat(environment.getRequiredProperty("hub.hubspot.url", URI.class))
                .hasHost("127.0.0.1")
                .hasPort(
                        environment.getRequiredProperty("hub.sandbox.hubspot-port", Integer.class));
    }

    @Test
    void leavesTheUsersOwnSettingsInForce() {
        environment.setActiveProfiles("sandbox");
        user(Map.of("hub.api-token", "mine", "hub.sandbox.meta-port", "45871"));

        process();

        assertThat(environment.getProperty("hub.api-token")).isEqualTo("mine");
        assertThat(environment.getProperty("hub.meta.graph-url"))
                .isEqualTo("http://127.0.0.1:45871");
    }

    @Test
    void fillsInWhatAConfigurationFileLeavesBlank() {
        environment.setActiveProfiles("sandbox");
        user(Map.of("hub.chatbot.url", "", "hub.webhook.url", "http://127.0.0.1:9/mine"));

        process();

        assertThat(environment.getProperty("hub.chatbot.url")).endsWith("/bot");
        assertThat(environment.getProperty("hub.webhook.url")).isEqualTo("http://127.0.0.1:9/mine");
    }

    private void user(Map<String, Object> properties) {
        environment.getPropertySources().addFirst(new MapPropertySource("user", properties));
    }

    private void process() {
        new SandboxEnvironment().postProcessEnvironment(environment, new SpringApplication());
    }
}
