package org.coexhub.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A Kafka broker of one node, as a process of its own, started from its jars. What it stored outlives a kill. */
public final class KafkaProcess implements AutoCloseable {

    private static final Path CLASSPATH = Path.of("target/kafka.classpath");
    private static final Duration START = Duration.ofMinutes(1);

    private final Path folder;
    private final int port = FreePorts.next();
    private final int controllerPort = FreePorts.next();
    private final String classpath;
    private Process process;

    private KafkaProcess(Path folder) throws IOException {
        this.folder = folder;
        if (!Files.exists(CLASSPATH)) {
            throw new IllegalStateException(
                    CLASSPATH + " is missing: mvn process-test-resources writes it");
        }
        classpath = Files.readString(CLASSPATH).strip();
    }

    /** Formats its storage and starts it. */
    public static KafkaProcess in(Path folder) throws IOException {
        Files.createDirectories(folder);
        var kafka = new KafkaProcess(folder);
        Files.writeString(kafka.settings(), kafka.configuration());
        Process format =
                kafka.run(
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        "Y29leGlzdGVuY2UtaHViLQ",
                        "-c",
                        kafka.settings().toString());
        if (format.onExit().join().exitValue() != 0) {
            throw new IOException("the storage is not formatted, see " + kafka.log());
        }
        kafka.start();
        return kafka;
    }

    public void start() throws IOException {
        process = run("kafka.Kafka", settings().toString());
        long begin = System.nanoTime();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() - begin > START.toNanos()) {
                throw new IllegalStateException("Kafka does not start, see " + log());
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }

    public String brokers() {
        return "127.0.0.1:" + port;
    }

    private boolean listens() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private Process run(String mainClass, String... arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classpath,
                                mainClass));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path settings() {
        return folder.resolve("server.properties");
    }

    private Path log() {
        return folder.resolve("kafka.log");
    }

    private String configuration() {
        return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        controller.listener.names=CONTROLLER
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
        log.dirs=%3$s
        num.partitions=4
        offsets.topic.num.partitions=1
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=1000
        """
                .formatted(port, controllerPort, folder.resolve("data"));
    }
}
