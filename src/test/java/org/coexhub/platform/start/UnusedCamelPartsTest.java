package org.coexhub.platform.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;

import java.util.Map;

class UnusedCamelPartsTest {

    private static final String KAFKA =
            "org.apache.camel.component.kafka.springboot.KafkaComponentAutoConfiguration";
    private static final String SIMPLE =
            "org.apache.camel.language.simple.springboot.SimpleLanguageAutoConfiguration";
    private static final String JACKSON =
            "org.apache.camel.component.jackson.springboot.JacksonDataFormatAutoConfiguration";
    private static final String VAULT =
            "org.apache.camel.spring.boot.vault.HashicorpVaultAutoConfiguration";
    private static final String DOOR =
            "org.apache.camel.component.platform.http.springboot.PlatformHttpComponentAutoConfiguration";
    private static final String ADDED =
            "org.apache.camel.component.servlet.springboot.ServletMappingAutoConfiguration";
    private static final String CAMEL = "org.apache.camel.spring.boot.CamelAutoConfiguration";
    private static final String BOOT =
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration";

    @Test
    void whatHasNoSettingIsLeftOut() {
        assertThat(wanted(new MockEnvironment(), KAFKA, SIMPLE, JACKSON, VAULT))
                .containsExactly(false, false, false, false);
    }

    @Test
    void whatIsMoreThanSettingsStays() {
        assertThat(wanted(new MockEnvironment(), DOOR, ADDED, CAMEL, BOOT))
                .containsExactly(true, true, true, true);
    }

    /** Spring's own filters, which run before, leave null behind. */
    @Test
    void whatIsOutAlreadyIsPassedOver() {
        assertThat(wanted(new MockEnvironment(), null, KAFKA)).containsExactly(true, false);
    }

    @Test
    void aPropertyBringsItsKindBackAndNoOther() {
        var environment =
                new MockEnvironment().withProperty("camel.component.kafka.brokers", "kafka:9092");
        assertThat(wanted(environment, KAFKA, SIMPLE, JACKSON, VAULT))
                .containsExactly(true, false, false, false);
    }

    @Test
    void aVariableOfTheProcessDoesToo() {
        var environment = new StandardEnvironment();
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment
                .getPropertySources()
                .replace(
                        name,
                        new SystemEnvironmentPropertySource(
                                name, Map.of("CAMEL_VAULT_HASHICORP_TOKEN", "t")));
        assertThat(wanted(environment, KAFKA, VAULT)).containsExactly(false, true);
    }

    private static boolean[] wanted(Environment environment, String... classes) {
        var parts = new UnusedCamelParts();
        parts.setEnvironment(environment);
        return parts.match(classes, null);
    }
}
