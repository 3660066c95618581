package org.coexhub.sandbox.salesforce;

import static org.assertj.core.api.Assertions.assertThat;

import com.salesforce.eventbus.protobuf.PubSubGrpc;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Holds the simulated Salesforce against clients of others: jsforce, and for Pub/Sub the gRPC and Avro of another language. Needs
 * node and npm, so it is not part of the build: {@code npm install} in {@code src/test/jsforce}, then {@code mvn test
 * -Dtest=JsforceCheck}.
 */
class JsforceCheck {
    private final SimulatedSalesforce salesforce = new SimulatedSalesforce(InstantSource.system());

    @BeforeEach
    void start() throws Exception {
        salesforce.start(0, 0);
    }

    @AfterEach
    void stop() {
        salesforce.close();
    }

    @Test
    void jsforceFindsNothingOdd() throws Exception {
        run(
                "check.mjs",
                salesforce.url().toString(),
                salesforce.clientId(),
                salesforce.clientSecret(),
                salesforce.username(),
                salesforce.password());
    }

    @Test
    void anotherGrpcFindsNothingOdd(@TempDir Path folder) throws Exception {
        Path proto = folder.resolve("pubsub_api.proto");
        try (InputStream in = PubSubGrpc.class.getResourceAsStream("/pubsub_api.proto")) {
            Files.copy(in, proto);
        }
        run(
                "check-pubsub.mjs",
                salesforce.url().toString(),
                String.valueOf(salesforce.pubSubPort()),
                salesforce.clientId(),
                salesforce.clientSecret(),
                proto.toString());
    }

    private static void run(String... script) throws Exception {
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(List.of(script));
        Process node =
                new ProcessBuilder(command)
                        .directory(new File("src/test/jsforce"))
                        .inheritIO()
                        .start();
        assertThat(node.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(node.exitValue()).isZero();
    }
}
