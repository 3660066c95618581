package org.coexhub.testing;

import org.coexhub.platform.settings.Purpose;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The hub as a process of its own, which can be killed. All it needs lies in one folder: data, a copy of the project's
 * route files without the destinations, and its log.
 */
public final class HubProcess implements AutoCloseable {

    public static final String APP_SECRET = "secret-of-the-test-app";
    public static final String API_TOKEN = "api-token-of-the-process-under-test";
    public static final String BROKER_USER = "foreign";
    public static final String BROKER_PASSWORD = "foreign-password";

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration STOP = Duration.ofSeconds(60);

    private final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<String> jvm = new ArrayList<>();
    private final int port = FreePorts.next();
    private final int managementPort = FreePorts.next();
    private final int brokerPort = FreePorts.next();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private String mainClass = "org.coexhub.Hub";
    private String classpath;
    private Process process;

    private HubProcess(Path folder) throws IOException {
        this.folder = folder;
        copyRoutes();
        settings.put("HUB_PORT", Integer.toString(port));
        settings.put("HUB_MANAGEMENT_PORT", Integer.toString(managementPort));
        settings.put("HUB_DATA_DIR", folder.resolve("data").toString());
        settings.put("HUB_ROUTES_DIR", folder.resolve("routes").toString());
        settings.put("HUB_META_APP_SECRET", APP_SECRET);
        settings.put("HUB_META_VERIFY_TOKEN", "verify-token-of-the-test");
        settings.put("HUB_API_TOKEN", API_TOKEN);
        settings.put("HUB_NUMBERS", TestNumbers.ALL);
        // Nobody answers there: what a test sends by mistake stays on this machine.
        settings.put("HUB_META_GRAPH_URL", "http://127.0.0.1:9");
        settings.put("HUB_META_ACCESS_TOKEN", "no-token");
        // The call of a hub that was killed is not waited for as long as it would be in production.
        settings.put("HUB_META_TIMEOUT", "5s");
        settings.put("HUB_SEND_RECORD_WITHIN", "10s");
    }

    /** A hub that is not started yet; embedded broker with a listener for {@link QueueReader}, and a database of its own. */
    public static HubProcess in(Path folder) throws IOException {
        Files.createDirectories(folder);
        var hub = new HubProcess(folder);
        hub.classpath = HubClasspath.packed(false);
        hub.settings.put("HUB_BROKER_LISTEN", "tcp://127.0.0.1:" + hub.brokerPort);
        hub.settings.put("HUB_BROKER_LISTEN_READS", "*");
        hub.settings.put("HUB_BROKER_USER", BROKER_USER);
        hub.settings.put("HUB_BROKER_PASSWORD", BROKER_PASSWORD);
        return hub;
    }

    public HubProcess with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    public HubProcess store(StandalonePostgres postgres) {
        return with("HUB_DB_URL", postgres.url()).with("HUB_DB_USER", postgres.user());
    }

    public HubProcess broker(BrokerProcess broker) {
        settings.remove("HUB_BROKER_LISTEN");
        settings.remove("HUB_BROKER_LISTEN_READS");
        return with("HUB_BROKER_URL", broker.url())
                .with("HUB_BROKER_USER", BROKER_USER)
                .with("HUB_BROKER_PASSWORD", BROKER_PASSWORD);
    }

    public HubProcess jvm(String... options) {
        jvm.addAll(List.of(options));
        return this;
    }

    /** Another main class, from the test sources. */
    public HubProcess main(Class<?> type) throws IOException {
        mainClass = type.getName();
        classpath = HubClasspath.packed(true);
        return this;
    }

    /** A destination with steps of its own; written before the hub starts. */
    public HubProcess destination(String name, String yaml) throws IOException {
        Files.writeString(folder.resolve("routes/destinations/" + name + ".camel.yaml"), yaml);
        return this;
    }

    /** A destination whose route is never started, so its events stay in {@code wa.out.<name>}. */
    public HubProcess gatheringDestination(String name) throws IOException {
        return destination(
                name,
                """
                - route:
                    id: destination-%1$s
                    autoStartup: false
                    from:
                      uri: destination:%1$s
                      parameters: {events: "whatsapp.*,whatsapp.message.imported"}
                      steps:
                        - log: "never started"
                """
                        .formatted(name));
    }

    /**
     * For tests that start often: a small heap, no time spent on optimising, and a rehearsal.
     *
     * @param heap such as {@code 256m}
     */
    public HubProcess quick(String heap) throws IOException {
        return jvm("-Xmx" + heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC").rehearse();
    }

    /** Starts faster from now on, with what the JVM has learnt from an earlier start: see docs/how-to/start-faster.md. */
    public HubProcess rehearse() throws IOException {
        Path cache = Rehearsal.cacheFor(classpath, List.copyOf(jvm));
        if (Files.exists(cache)) {
            jvm.add((Rehearsal.AOT ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + cache);
        }
        return this;
    }

    public void start() throws IOException {
        if (!settings.containsKey("HUB_DB_URL")) {
            ReadyDatabase.into(data(), Purpose.PRODUCTION);
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(jvm);
        command.addAll(List.of("-cp", classpath, mainClass));
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HUB_"));
        builder.environment().putAll(settings);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        process = builder.start();
    }

    /** @return how long it took from the call until the hub took webhooks */
    public Duration awaitReady(Duration atMost) {
        long begin = System.nanoTime();
        while (!isReady()) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the hub ended by itself, see " + log());
            }
            if (System.nanoTime() - begin > atMost.toNanos()) {
                throw new IllegalStateException(
                        "the hub is not ready after " + atMost + ", see " + log());
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    public boolean isReady() {
        try {
            return get(managementUri("/actuator/health/readiness")).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** SIGKILL for the server of the hub's own database, which the hub starts again. @return false while none runs */
    public boolean killDatabase() {
        return ownDatabase().map(ProcessHandle::destroyForcibly).orElse(false);
    }

    @Override
    public void close() {
        stop();
        ownDatabase().ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Outlives a kill of the hub until its next start. */
    private Optional<ProcessHandle> ownDatabase() {
        Path file = data().resolve("postgres/cluster/postmaster.pid");
        try {
            // Empty for a moment while it is written
            return Files.readAllLines(file).stream()
                    .findFirst()
                    .map(String::strip)
                    .filter(pid -> pid.matches("[0-9]+"))
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)));
        } catch (IOException stopped) {
            return Optional.empty();
        }
    }

    /** The database while the hub runs, whichever it uses. */
    public Connection database() throws IOException, SQLException {
        if (settings.containsKey("HUB_DB_URL")) {
            return DriverManager.getConnection(
                    settings.get("HUB_DB_URL"), settings.get("HUB_DB_USER"), "");
        }
        Path own = data().resolve("postgres");
        String port = Files.readAllLines(own.resolve("cluster/postmaster.pid")).get(3).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "hub",
                Files.readString(own.resolve("password")).strip());
    }

    /** SIGTERM. */
    public void stop() {
        if (process != null && process.isAlive()) {
            process.destroy();
            await();
        }
    }

    public ProcessHandle handle() {
        return process.toHandle();
    }

    /** @return the most resident memory that the process has had, in MB; 0 where the system does not say */
    public long mostMemory() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        return !Files.exists(status)
                ? 0
                : Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                        .findFirst()
                        .orElse(0);
    }

    public HttpResponse<String> get(URI uri) throws IOException {
        return send("GET", uri);
    }

    /** A request without a body. */
    public HttpResponse<String> send(String method, URI uri) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(uri)
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .timeout(Duration.ofSeconds(10))
                            .header("Authorization", "Bearer " + API_TOKEN)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Hands a command in by the API. @return the status */
    public int command(String key, String json) throws IOException {
        try {
            return http.send(
                            HttpRequest.newBuilder(uri("/api/v1/messages"))
                                    .POST(HttpRequest.BodyPublishers.ofString(json))
                                    .timeout(Duration.ofSeconds(10))
                                    .header("Authorization", "Bearer " + API_TOKEN)
                                    .header("Content-Type", "application/json")
                                    .header("Idempotency-Key", key)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    public URI webhooks() {
        return uri("/webhooks/whatsapp");
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public URI managementUri(String path) {
        return URI.create("http://127.0.0.1:" + managementPort + path);
    }

    /** Where a JMS client reaches the embedded broker. */
    public String brokerUrl() {
        return settings.getOrDefault("HUB_BROKER_URL", "tcp://127.0.0.1:" + brokerPort);
    }

    public Path data() {
        return folder.resolve("data");
    }

    public Path log() {
        return folder.resolve("hub.log");
    }

    private void await() {
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the hub ends", e);
        }
    }

    private void copyRoutes() throws IOException {
        Path source = Path.of("routes");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = source.relativize(file);
                if (!relative.startsWith("destinations")) {
                    Path copy = folder.resolve("routes").resolve(relative);
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        }
        Files.createDirectories(folder.resolve("routes/destinations"));
    }
}
