package org.coexhub.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.CamelContext;
import org.coexhub.Hub;
import org.coexhub.testing.FreePorts;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The whole hub with its sandbox, its own database and broker, started once for all tests of the package. */
final class RunningHub implements AutoCloseable {

    static final String TOKEN = "sandbox-token-for-this-machine-only";
    static final String VERIFY_TOKEN = "sandbox-documented";
    static final String NUMBER = "100200300400500";
    static final String COMMANDS_SECRET = "whsec_ZG9jdW1lbnRlZC1zZWNyZXQtb2YtY29tbWFuZHM=";
    static final String CALLERS_SECRET = "whsec_ZG9jdW1lbnRlZC1zZWNyZXQtb2Ytb25lLWNhbGxlcg==";

    /** A number that Meta does not know. */
    static final String NOT_METAS_NUMBER = "1";

    static final String HUBSPOT_SECRET = "sandbox-documented-client-secret";
    static final String HUBSPOT_KNOWS = "https://hub.example.com";
    static final String WABA = "200300400500600";
    private static final String APP_SECRET = "sandbox-documented-secret";
    private static final String USER = "reader";
    private static final String PASSWORD = "documented-password";

    private static final String REFUSING =
            """
            - route:
                id: destination-refusing
                from:
                  uri: destination:refusing
                  parameters: {events: whatsapp.message.received}
                  steps:
                    - throwException:
                        id: refuse
                        exceptionType: java.lang.IllegalArgumentException
                        message: no such field
            """;

    private static final String SHELF =
            """
            - route:
                id: destination-shelf
                from:
                  uri: destination:shelf
                  parameters: {events: "whatsapp.*"}
                  steps:
                    - log: {id: taken, message: "${header.HubEventId}", loggingLevel: DEBUG}
            """;

    private static final String BROKEN =
            """
            - route:
                id: destination-broken
                from:
                  uri: destination:broken
                  steps:
                    - nosuchstep: {}
            """;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final Inbox inbox = new Inbox();
    private final String brokerUrl;
    private final ConfigurableApplicationContext context;

    /** Gives the one hub to test methods that ask for it. */
    static final class Resolver implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
            return parameter.getParameter().getType() == RunningHub.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
            return test.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(RunningHub.class, none -> start(), RunningHub.class);
        }
    }

    record Answer(int status, String contentType, byte[] body) {}

    private RunningHub(Path home) throws IOException {
        brokerUrl = "tcp://127.0.0.1:" + FreePorts.next();
        Path routes = copyOfRoutes(home.resolve("routes"));
        context =
                new SpringApplicationBuilder(Hub.class)
                        .profiles("sandbox")
                        .run(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--hub.data-dir=" + home.resolve("data"),
                                "--hub.routes-dir=" + routes,
                                "--hub.meta.app-secret=" + APP_SECRET,
                                "--hub.meta.verify-token=" + VERIFY_TOKEN,
                                "--hub.webhook.url=" + inbox.url(),
                                "--hub.webhook.secret=" + Inbox.SECRET,
                                "--hub.numbers=" + NUMBER + "," + NOT_METAS_NUMBER,
                                "--hub.commands.secret=" + COMMANDS_SECRET,
                                "--hub.commands.callers.shop.secret=" + CALLERS_SECRET,
                                "--hub.commands.callers.shop.numbers=" + NOT_METAS_NUMBER,
                                "--hub.hubspot.client-secret=" + HUBSPOT_SECRET,
                                "--hub.hubspot.public-url=" + HUBSPOT_KNOWS,
                                "--hub.broker.listen=" + brokerUrl,
                                "--hub.queue.events=whatsapp.*,whatsapp.message.imported",
                                "--hub.broker.user=" + USER,
                                "--hub.broker.password=" + PASSWORD);
    }

    private static RunningHub start() {
        try {
            return new RunningHub(Files.createTempDirectory("documented-hub"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        context.close();
        inbox.close();
    }

    /** Where the destination webhook delivers. */
    Inbox inbox() {
        return inbox;
    }

    CamelContext camel() {
        return context.getBean(CamelContext.class);
    }

    <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /** A connection factory of the vendor's own client, over TCP, as a program outside would have it. */
    ActiveMQConnectionFactory foreignClient() {
        return new ActiveMQConnectionFactory(brokerUrl, USER, PASSWORD);
    }

    Answer call(String method, String path, String body, String... headers) {
        var request =
                HttpRequest.newBuilder(uri("local.server.port", path))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    JsonNode get(String path) {
        return tree(call("GET", path, null, "Authorization", "Bearer " + TOKEN));
    }

    JsonNode post(String path, String body, String... more) {
        String[] headers =
                Stream.concat(
                                Stream.of(
                                        "Authorization",
                                        "Bearer " + TOKEN,
                                        "Content-Type",
                                        "application/json"),
                                Stream.of(more))
                        .toArray(String[]::new);
        return tree(call("POST", path, body, headers));
    }

    Answer management(String path) {
        return send(HttpRequest.newBuilder(uri("local.management.port", path)));
    }

    /** A webhook as Meta would sign it. */
    Answer webhook(String body) {
        return call(
                "POST",
                "/webhooks/whatsapp",
                body,
                "Content-Type",
                "application/json",
                "X-Hub-Signature-256",
                "sha256=" + hmac(body));
    }

    /** A webhook with one change of the sandbox's account. */
    Answer webhook(String field, String value) {
        return webhook(
                """
                {"object":"whatsapp_business_account","entry":[{"id":"%s","time":1795000000,
                "changes":[{"field":"%s","value":%s}]}]}\
                """
                        .formatted(WABA, field, value));
    }

    JsonNode tree(Answer answer) {
        try {
            return json.readTree(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException("answer " + answer.status() + " is not JSON", e);
        }
    }

    static String hmac(String body) {
        return HexFormat.of().formatHex(hmac(APP_SECRET.getBytes(StandardCharsets.UTF_8), body));
    }

    /** @param secret as the caller's settings have it */
    static String commandHmac(String secret, String content) {
        byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        return Base64.getEncoder().encodeToString(hmac(key, content));
    }

    /** Under the client secret of the app that HubSpot's workflows sign with. */
    static String hubSpotHmac(String content) {
        byte[] key = HUBSPOT_SECRET.getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(hmac(key, content));
    }

    private static byte[] hmac(byte[] key, String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private URI uri(String port, String path) {
        return URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty(port) + path);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(null),
                    response.body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Path copyOfRoutes(Path target) throws IOException {
        Path source = Path.of("routes");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        Path destinations = target.resolve("destinations");
        Files.writeString(destinations.resolve("refusing.camel.yaml"), REFUSING);
        Files.writeString(destinations.resolve("shelf.camel.yaml"), SHELF);
        Files.writeString(destinations.resolve("broken.camel.yaml"), BROKEN);
        return target;
    }
}
