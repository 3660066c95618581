package org.coexhub.connector.salesforce;

import org.apache.camel.component.salesforce.AuthenticationType;
import org.apache.camel.component.salesforce.SalesforceComponent;
import org.apache.camel.component.salesforce.SalesforceEndpointConfig;
import org.apache.camel.component.salesforce.internal.PayloadFormat;
import org.coexhub.connector.salesforce.client.SalesforceSettings;
import org.coexhub.connector.salesforce.map.MappingFile;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Camel's {@code salesforce:} with the org of the settings; nothing is opened before a route uses it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SalesforceSettings.class)
class SalesforceConfiguration {

    private static final String SHIPPED =
            "/org/coexhub/connector/salesforce/salesforce-mapping.yaml";

    /** Results of a bulk job come as one answer. */
    private static final int LONGEST_ANSWER = 64 * 1024 * 1024;

    @Bean("salesforce")
    SalesforceComponent salesforce(SalesforceSettings settings) {
        var component = new SalesforceComponent();
        component.setLoginUrl(settings.loginUrl());
        component.setInstanceUrl(settings.instanceUrl().isBlank() ? null : settings.instanceUrl());
        component.setClientId(settings.clientId());
        component.setClientSecret(settings.clientSecret());
        component.setAuthenticationType(AuthenticationType.CLIENT_CREDENTIALS);
        // An org that does not answer must not keep a route from starting.
        component.setLazyLogin(true);
        component.setHttpRequestTimeout(settings.timeout().toMillis());
        component.setHttpClientIdleTimeout(settings.timeout().toMillis());
        component.setHttpClientConnectionTimeout(settings.timeout().toMillis());
        component.setHttpMaxContentLength(LONGEST_ANSWER);
        var config = new SalesforceEndpointConfig();
        config.setApiVersion(settings.apiVersion().substring(1));
        config.setRawPayload(true);
        config.setFormat(PayloadFormat.JSON);
        component.setConfig(config);
        return component;
    }

    /** Its settings have said that a file of the user's own can be used. */
    @Bean
    MappingFile salesforceMappingFile(SalesforceSettings settings) throws IOException {
        if (!settings.on() || settings.mapping().isBlank()) {
            try (Reader shipped =
                    new InputStreamReader(
                            MappingFile.class.getResourceAsStream(SHIPPED),
                            StandardCharsets.UTF_8)) {
                return MappingFile.read(shipped);
            }
        }
        try (Reader own = Files.newBufferedReader(Path.of(settings.mapping()))) {
            return MappingFile.read(own);
        }
    }
}
