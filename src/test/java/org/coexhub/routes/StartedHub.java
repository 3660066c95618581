package org.coexhub.routes;

import jakarta.jms.ConnectionFactory;

import org.coexhub.Hub;
import org.coexhub.testing.MetaSignature;
import org.coexhub.testing.TestNumbers;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jms.core.JmsTemplate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A hub of a test's own, which it may break, stop and start again on the same folder. */
public final class StartedHub implements AutoCloseable {

    public static final String SECRET = "secret-of-the-app";
    public static final String API_TOKEN = "api-token-of-the-started-hub-0123456";

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ConfigurableApplicationContext context;

    private StartedHub(ConfigurableApplicationContext context) {
        this.context = context;
    }

    public static StartedHub on(HubFolder folder, String... settings) {
        return on(folder, null, settings);
    }

    /** @param clock in the place of the hub's own; null: its own */
    public static StartedHub on(HubFolder folder, InstantSource clock, String... settings) {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--hub.data-dir=" + folder.data(),
                                "--hub.routes-dir=" + folder.routes(),
                                "--hub.meta.app-secret=" + SECRET,
                                "--hub.meta.verify-token=verify-token",
                                "--hub.meta.graph-url=http://127.0.0.1:9",
                                "--hub.meta.access-token=meta-token",
                                "--hub.numbers=" + TestNumbers.ALL,
                                "--hub.api-token=" + API_TOKEN));
        for (String setting : settings) {
            // Given twice, Spring would take both for a list.
            String name = "--" + setting.substring(0, setting.indexOf('=') + 1);
            arguments.removeIf(argument -> argument.startsWith(name));
            arguments.add("--" + setting);
        }
        return new StartedHub(
                new SpringApplicationBuilder(Hub.class)
                        .initializers(
                                context -> {
                                    var beans = (GenericApplicationContext) context;
                                    beans.registerBean(
                                            JmsTemplate.class,
                                            () ->
                                                    new JmsTemplate(
                                                            beans.getBean(
                                                                    ConnectionFactory.class)));
                                    if (clock != null) {
                                        beans.registerBean(
                                                "clockOfTheTest",
                                                InstantSource.class,
                                                () -> clock,
                                                bean -> bean.setPrimary(true));
                                    }
                                })
                        .run(arguments.toArray(String[]::new)));
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public int port() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    /** @return the status */
    public int post(byte[] body) throws Exception {
        return CLIENT.send(webhook(body), HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** @return the status, once it is answered */
    public CompletableFuture<Integer> postAsync(byte[] body) {
        return CLIENT.sendAsync(webhook(body), HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode);
    }

    /** A webhook signed as Meta does. */
    public HttpRequest webhook(byte[] body) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port() + "/webhooks/whatsapp"))
                .header("Content-Type", "application/json")
                .header("X-Hub-Signature-256", MetaSignature.of(SECRET, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    public HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                        .header("Authorization", "Bearer " + API_TOKEN)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** @return the status */
    public int order(String path) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                                .header("Authorization", "Bearer " + API_TOKEN)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** @return the status */
    public int command(String key, String body) throws Exception {
        return CLIENT.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:" + port() + "/api/v1/messages"))
                                .header("Authorization", "Bearer " + API_TOKEN)
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", key)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    public HttpResponse<String> management(String path) throws Exception {
        String port = context.getEnvironment().getRequiredProperty("local.management.port");
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        context.close();
    }
}
