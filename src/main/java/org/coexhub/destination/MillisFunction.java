package org.coexhub.destination;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Placeholder {@code {{millis:hub.chatbot.timeout}}}: a time span setting as the bare milliseconds that the HTTP client's
 * options take.
 */
@Component
class MillisFunction implements PropertiesFunction, CamelContextConfiguration {

    private final Environment environment;

    MillisFunction(Environment environment) {
        this.environment = environment;
    }

    @Override
    public String getName() {
        return "millis";
    }

    @Override
    public String apply(String setting) {
        String span = environment.getRequiredProperty(setting);
        return Long.toString(DurationStyle.detectAndParse(span).toMillis());
    }

    @Override
    public void beforeApplicationStart(CamelContext context) {
        context.getPropertiesComponent().addPropertiesFunction(this);
    }

    @Override
    public void afterApplicationStart(CamelContext context) {
        // Placeholders are resolved from here on.
    }
}
