package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.queue.JmsSendQueue;
import org.coexhub.testing.FreePorts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.util.unit.DataSize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class EmbeddedBrokerTest {

    private static final String QUEUE = "wa.out.dead";
    private static final int PAGED = 600;
    private static final int READ_EARLY = 100;
    private static final int WAITING = 8_000;

    /** With what an address would read as something else. */
    private static final String PASSWORD = "a+b c&d;e=f%20g?h";

    @TempDir Path data;

    private final BrokerSettings settings =
            new BrokerSettings(
                    "", "", "", "", List.of(), "", "", false, 100, DataSize.ofKilobytes(100));
    private Broker broker;

    @AfterEach
    void close() throws Exception {
        broker.close();
    }

    @Test
    void aPagedQueueIsReadBeforeTheHubIsReadyAndCountedAfterwards() throws Exception {
        broker = start();
        ensure(QUEUE);
        send(PAGED);
        assertThat(pages()).as("bytes in page files").isPositive();
        broker.close();

        broker = start();
        assertThat(receive(READ_EARLY)).isEqualTo(READ_EARLY);
        broker.hubIsReady();
        var counting = new Queues(broker);
        await().until(() -> counting.depth(QUEUE) == PAGED - READ_EARLY);
        assertThat(receive(PAGED - READ_EARLY)).isEqualTo(PAGED - READ_EARLY);
        await().until(() -> counting.depth(QUEUE) == 0);
        counting.close();
        await("emptied page files go once they are counted").until(() -> pages() == 0);
    }

    @Test
    void aPointerThatGoesFirstOvertakesThousandsThatWait() throws Exception {
        broker = start();
        ensure(QueueNames.SEND);
        var queue = new JmsSendQueue(broker.newConnectionFactory());
        var first = new Pointer(CommandId.next(Instant.now()), "first");
        queue.put(
                IntStream.range(0, WAITING)
                        .mapToObj(i -> new Pointer(CommandId.next(Instant.now()), "group" + i))
                        .toList());

        queue.putFirst(List.of(first));

        var jms = new JmsTemplate(broker.newConnectionFactory());
        assertThat(jms.receive(QueueNames.SEND).getBody(byte[].class)).isEqualTo(first.body());
    }

    /** Much more than a consumer is handed at once, several times: the fault this is about comes by chance. */
    @Test
    void whoLooksAtAQueueSeesAllOfIt() throws Exception {
        broker = start();
        ensure(QUEUE);
        send(PAGED);
        var counting = new Queues(broker);
        var look = new QueueBrowsing(broker, counting);

        for (int time = 0; time < 10; time++) {
            assertThat(look.at(QUEUE, Integer.MAX_VALUE, message -> 1)).hasSize(PAGED);
        }
        counting.close();
    }

    @Test
    void aSnapshotWhoseJournalMayHaveBeenRewrittenIsNotConfirmed() throws Exception {
        broker = start();
        try (BrokerSnapshot snapshot = broker.snapshot(() -> {})) {
            snapshot.confirm();
            // The end of another one lets the journals be reclaimed again.
            broker.snapshot(() -> {}).close();

            assertThatThrownBy(snapshot::confirm)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("rewritten");
        }
    }

    @Test
    void aQueueOnAWildcardGetsNothingOfTheOthers() throws Exception {
        broker = start();
        ensure(QUEUE);
        make("spy", "#");
        make("other-spy", "wa.#");

        send(1);

        var queues = new Queues(broker);
        assertThat(queues.depth(QUEUE)).isEqualTo(1);
        assertThat(queues.depth("spy")).isZero();
        assertThat(queues.depth("other-spy")).isZero();
        queues.close();
    }

    @Test
    void aForeignQueueUnderTheHubsNameIsAnError() throws Exception {
        broker = start();
        make(QUEUE, "of.somebody");

        assertThatThrownBy(() -> ensure(QUEUE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(QUEUE)
                .hasMessageContaining("of.somebody");
    }

    private void make(String queue, String address) throws Exception {
        try (var factory = broker.newConnectionFactory();
                var sessions = factory.getServerLocator().createSessionFactory();
                var session = sessions.createSession(true, true)) {
            session.createAddress(SimpleString.of(address), RoutingType.ANYCAST, false);
            session.createQueue(
                    QueueConfiguration.of(queue)
                            .setAddress(address)
                            .setRoutingType(RoutingType.ANYCAST));
        }
    }

    @Test
    void ofACommandThatIsRefusedForItsSizeNothingStays() throws Exception {
        broker = start();
        ensure(QueueNames.COMMANDS);
        try (var factory = broker.newConnectionFactory();
                Connection connection = factory.createConnection();
                Session session = connection.createSession();
                MessageProducer producer =
                        session.createProducer(session.createQueue(QueueNames.COMMANDS))) {
            var message = session.createBytesMessage();
            message.writeBytes(new byte[(int) LargestCommand.LIMIT.toBytes()]);

            assertThatThrownBy(() -> producer.send(message)).hasMessageContaining("16 MiB");
        }
        var queues = new Queues(broker);
        assertThat(queues.depth(QueueNames.COMMANDS)).isZero();
        queues.close();
        await("its file goes").until(() -> files("large") == 0);
    }

    @Test
    void theListenerSpeaksTlsWithItsKeystore() throws Exception {
        Path keystore = data.resolve("the broker+its key.p12");
        var keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "broker",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=dns:localhost",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                keystore.toString(),
                                "-storepass",
                                PASSWORD)
                        .redirectErrorStream(true)
                        .start();
        assertThat(keytool.waitFor()).isZero();
        int port = FreePorts.next();
        var encrypted =
                new BrokerSettings(
                        "",
                        "reader",
                        "its-password",
                        "tcp://0.0.0.0:" + port,
                        List.of(),
                        keystore.toString(),
                        PASSWORD,
                        false,
                        100,
                        DataSize.ofKilobytes(100));
        broker = new Broker(encrypted, Optional.of(new EmbeddedBroker(encrypted, data)));
        String trusting =
                "tcp://localhost:%d?sslEnabled=true&trustStoreType=PKCS12&trustStorePath=%s&trustStorePassword=for-all"
                        .formatted(port, trustStore(keystore));

        try (var factory = new ActiveMQConnectionFactory(trusting, "reader", "its-password");
                Connection connection = factory.createConnection()) {
            connection.start();
        }
        try (var plain =
                new ActiveMQConnectionFactory(
                        "tcp://localhost:%d?callTimeout=2000".formatted(port),
                        "reader",
                        "its-password")) {
            assertThatThrownBy(plain::createConnection).isInstanceOf(JMSException.class);
        }
    }

    /** The certificate alone, for clients, whose addresses are read as Artemis reads them. */
    private Path trustStore(Path keystore) throws Exception {
        KeyStore own = KeyStore.getInstance(keystore.toFile(), PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("broker", own.getCertificate("broker"));
        Path file = data.resolve("trusted.p12");
        try (var out = Files.newOutputStream(file)) {
            trusted.store(out, "for-all".toCharArray());
        }
        return file;
    }

    @Test
    void withoutTlsTheListenerStaysOnThisMachineUnlessToldOtherwise() throws Exception {
        broker = start();
        for (String address : List.of("tcp://0.0.0.0:61616", "tcp://127.evil.example:61616")) {
            assertThatThrownBy(() -> listening(address, false))
                    .hasMessageContaining("HUB_BROKER_LISTEN_KEYSTORE");
        }
        for (String address : List.of("tcp://127.0.0.1:61616", "tcp://localhost:61616")) {
            assertThat(listening(address, false).listen()).isEqualTo(address);
        }
        assertThat(listening("tcp://0.0.0.0:61616", true).listenPlain()).isTrue();
    }

    private static BrokerSettings listening(String address, boolean plain) {
        return new BrokerSettings(
                "", "", "", address, List.of(), "", "", plain, 100, DataSize.ofKilobytes(100));
    }

    private void ensure(String queue) {
        var queues = new Queues(broker);
        queues.ensure(queue);
        queues.close();
    }

    private Broker start() throws Exception {
        return new Broker(settings, Optional.of(new EmbeddedBroker(settings, data)));
    }

    private void send(int messages) throws JMSException {
        try (var factory = broker.newConnectionFactory();
                Connection connection = factory.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(QUEUE))) {
            for (int i = 0; i < messages; i++) {
                var message = session.createBytesMessage();
                message.writeBytes(new byte[1000]);
                producer.send(message);
            }
            session.commit();
        }
    }

    private int receive(int most) throws JMSException {
        int received = 0;
        try (var factory = broker.newConnectionFactory();
                Connection connection = factory.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE))) {
            connection.start();
            while (received < most && consumer.receive(5000) != null) {
                received++;
            }
            session.commit();
        }
        return received;
    }

    private long files(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(settings.directory(data).resolve(folder))) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    /** Bytes in all page files; an address that does not page keeps an empty one. */
    private long pages() throws IOException {
        try (Stream<Path> files = Files.walk(settings.directory(data).resolve("paging"))) {
            return files.filter(file -> file.toString().endsWith(".page"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
