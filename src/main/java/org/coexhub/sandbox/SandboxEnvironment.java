package org.coexhub.sandbox;

import org.coexhub.platform.settings.Purpose;
import org.coexhub.sandbox.meta.account.SimulatedAccount;
import org.coexhub.sandbox.salesforce.SimulatedSalesforce;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.Profiles;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Points an unconfigured hub at the sandbox before anything starts. It fills in only what is not set, so a setting of the user
 * wins; but it refuses to start beside {@link RealSettings}, because then a click on the sandbox page could reach a real
 * customer, and it listens on this machine only.
 */
class SandboxEnvironment implements EnvironmentPostProcessor, Ordered {
    static final String SOURCE = "sandbox";
    static final String PROFILE = "sandbox";
    private static final String LOOPBACK = "127.0.0.1";

    /** Stands in README, in the how-to pages and on the page; where only this machine can use it. */
    static final String API_TOKEN = "sandbox-token-for-this-machine-only";

    private static final String META_PORT = "hub.sandbox.meta-port";
    private static final String TOOLS_PORT = "hub.sandbox.tools-port";
    private static final String SALESFORCE_PORT = "hub.sandbox.salesforce-port";
    private static final String PUB_SUB_PORT = "hub.sandbox.pub-sub-port";
    private static final String HUBSPOT_PORT = "hub.sandbox.hubspot-port";
    private static final SecureRandom RANDOM = new SecureRandom();

    @Override
    public int getOrder() {
        // After the configuration files: they may activate the profile and may hold a token.
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        if (!environment.acceptsProfiles(Profiles.of(PROFILE))
                || environment.getPropertySources().contains(SOURCE)) {
            return;
        }
        List<String> real = RealSettings.in(environment);
        if (!real.isEmpty()) {
            throw new RealSystemInSandboxException(real);
        }
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(SOURCE, missing(environment)));
    }

    /** The sandbox's values for what nobody has set; a blank default in a configuration file counts as not set. */
    private static Map<String, Object> missing(ConfigurableEnvironment environment) {
        Map<String, Object> ports = new LinkedHashMap<>();
        for (String name :
                List.of(META_PORT, TOOLS_PORT, SALESFORCE_PORT, PUB_SUB_PORT, HUBSPOT_PORT)) {
            ports.put(name, port(environment, name));
        }
        Map<String, Object> values = defaults(ports);
        values.keySet().removeIf(name -> RealSettings.isSet(environment, name));
        values.putAll(ports);
        // The page, and with it the feed, asks for no credential, so nobody else may reach it.
        values.put("server.address", LOOPBACK);
        values.put("management.server.address", LOOPBACK);
        return values;
    }

    private static Map<String, Object> defaults(Map<String, Object> ports) {
        String tools = "http://127.0.0.1:" + ports.get(TOOLS_PORT);
        Map<String, Object> defaults = new LinkedHashMap<>();
        defaults.put("hub.meta.app-secret", "sandbox-" + randomHex());
        defaults.put("hub.meta.verify-token", "sandbox-" + randomHex());
        defaults.put("hub.meta.access-token", "sandbox-" + randomHex());
        defaults.put("hub.meta.graph-url", "http://127.0.0.1:" + ports.get(META_PORT));
        defaults.put("hub.api-token", API_TOKEN);
        defaults.put("hub.numbers", SimulatedAccount.NUMBER);
        defaults.put("hub.data-dir", Purpose.SANDBOX.dataDirectory());
        defaults.put("hub.chatbot.url", tools + SandboxTools.BOT_PATH);
        defaults.put("hub.webhook.url", tools + SandboxTools.RECEIVER_PATH);
        defaults.put(
                "hub.webhook.secret", "whsec_" + Base64.getEncoder().encodeToString(random(32)));
        defaults.put("hub.salesforce.login-url", "http://127.0.0.1:" + ports.get(SALESFORCE_PORT));
        defaults.put("hub.salesforce.client-id", SimulatedSalesforce.CREDENTIALS.clientId());
        defaults.put(
                "hub.salesforce.client-secret", SimulatedSalesforce.CREDENTIALS.clientSecret());
        defaults.put("hub.salesforce.pub-sub-host", "127.0.0.1");
        defaults.put("hub.salesforce.pub-sub-port", ports.get(PUB_SUB_PORT));
        defaults.put("hub.salesforce.pub-sub-plain-text", true);
        defaults.put("hub.hubspot.url", "http://127.0.0.1:" + ports.get(HUBSPOT_PORT));
        defaults.put("hub.hubspot.access-token", "sandbox-" + randomHex());
        defaults.put("hub.hubspot.client-secret", "sandbox-" + randomHex());
        defaults.put("hub.hubspot.public-url", "https://hub.example.com");
        return defaults;
    }

    /** A port that was free a moment ago. The sandbox binds it before the rest of the hub starts. */
    private static int port(ConfigurableEnvironment environment, String name) {
        int wanted = environment.getProperty(name, Integer.class, 0);
        if (wanted != 0) {
            return wanted;
        }
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("No free port on loopback for the sandbox", e);
        }
    }

    private static String randomHex() {
        return HexFormat.of().formatHex(random(16));
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
