package org.coexhub.platform.settings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the hub as a whole.
 *
 * @param dataDir embedded broker and database live below it
 * @param routesDir folder of the Camel route files
 * @param apiToken bearer token of the REST API, 32 characters at least
 * @param numbers phone number ids that may send before a webhook has shown them
 * @param retention how long files of messages are kept; event bodies are not deleted yet
 */
@ConfigurationProperties("hub")
public record HubSettings(
        @DefaultValue("./data") Path dataDir,
        @DefaultValue("./routes") Path routesDir,
        @DefaultValue("") String apiToken,
        @DefaultValue({}) List<String> numbers,
        @DefaultValue("180d") Duration retention) {

    /** What an attacker cannot guess by trying, even where nothing slows it down. */
    private static final int SHORTEST_TOKEN = 32;

    public HubSettings {
        numbers = numbers.stream().map(String::strip).filter(n -> !n.isEmpty()).toList();
        var rules =
                SettingRules.of("hub")
                        .require(
                                numbers.stream().allMatch(n -> n.matches("[0-9]{1,32}")),
                                "numbers",
                                "must be phone number ids (digits) with commas between",
                                "100200300400500")
                        .require(
                                apiToken.isEmpty() || apiToken.length() >= SHORTEST_TOKEN,
                                "api-token",
                                "must have at least " + SHORTEST_TOKEN + " characters",
                                "what this prints: openssl rand -hex 32")
                        .positive("retention", retention, "180d")
                        .require(
                                isUsable(dataDir),
                                "data-dir",
                                "must be a folder that the hub may write into, or make: "
                                        + dataDir.toAbsolutePath(),
                                "./data");
        OwnRouteFiles.missingIn(routesDir).ifPresent(fault -> rules.fault("routes-dir", fault));
        rules.check();
    }

    private static boolean isUsable(Path folder) {
        Path nearest = folder.toAbsolutePath();
        while (nearest != null && !Files.exists(nearest)) {
            nearest = nearest.getParent();
        }
        return nearest != null && Files.isDirectory(nearest) && Files.isWritable(nearest);
    }

    @Override
    public String toString() {
        return "HubSettings[dataDir=" + dataDir + ", routesDir=" + routesDir + "]";
    }
}
