package org.coexhub;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of the hub as a whole.
 *
 * @param dataDir embedded broker and database live below it
 * @param routesDir folder of the Camel route files
 * @param apiToken bearer token of the REST API
 * @param retention how long event bodies are kept
 */
@ConfigurationProperties("hub")
public record HubSettings(
        @DefaultValue("./data") Path dataDir,
        @DefaultValue("./routes") Path routesDir,
        @DefaultValue("") String apiToken,
        @DefaultValue("180d") Duration retention) {

    @Override
    public String toString() {
        return "HubSettings[dataDir=" + dataDir + ", routesDir=" + routesDir + "]";
    }
}
