package org.coexhub.inbound.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.coexhub.platform.broker.Queues;
import org.coexhub.routes.HubTest;
import org.coexhub.testing.Beside;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A step of the router that fails in a way nobody has thought of, on a journal queue of the test's own. */
class UnexpectedFailureTest extends HubTest {

    private static final String QUEUE = "wa.out.odd-journal";
    private static final String COPIES = "wa.out.odd-copies";

    @Autowired private Queues queues;
    @Autowired private FrameMarks marks;

    private final Set<String> handled = ConcurrentHashMap.newKeySet();

    private final List<Integer> batches = new CopyOnWriteArrayList<>();

    private volatile Step step;

    /** What the router does with one event. */
    private interface Step {
        void handle(String event, Session session) throws Exception;
    }

    @BeforeEach
    void listen() throws Exception {
        queues.ensure(QUEUE);
        queues.ensure(COPIES);
        camel.addRoutes(
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        errorHandler(defaultErrorHandler().logExhausted(false));
                        from("journal:" + QUEUE + "?consumers=1&batch=20")
                                .routeId("odd-journal")
                                .autoStartup(false)
                                .process(UnexpectedFailureTest.this::handle);
                    }
                });
    }

    @AfterEach
    void stop() throws Exception {
        camel.getRouteController().stopRoute("odd-journal");
        camel.removeRoute("odd-journal");
    }

    static Stream<Arguments> unexpected() {
        return Stream.of(
                arguments(new StackOverflowError("deep"), "StackOverflowError: deep"),
                arguments(new NoClassDefFoundError("org/Missing"), "NoClassDefFoundError: org"),
                arguments(new NullPointerException("no scheme"), "NullPointerException: no"),
                arguments(
                        new BadSqlGrammarException("step", "", new SQLException("", "42P01")),
                        "the store refused it: SQL state 42P01"),
                arguments(
                        new UncategorizedSQLException("step", "", new SQLException("", "XX000")),
                        "the store refused it: SQL state XX000"),
                arguments(
                        new UncheckedIOException(unreadable("{\"text\":\n  customer}")),
                        "JsonParseException at line 2, column 3"),
                arguments(
                        new InvalidDataAccessApiUsageException("a statement of our own"),
                        "InvalidDataAccessApiUsageException"));
    }

    private static JsonProcessingException unreadable(String json) {
        return catchThrowableOfType(
                JsonProcessingException.class, () -> new ObjectMapper().readTree(json));
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void theEventEndsAmongTheDeadLettersAndItsNeighboursGoOn(Throwable failure, String reason)
            throws Exception {
        step =
                (event, session) -> {
                    if (event.startsWith("odd")) {
                        throwAny(failure);
                    }
                };

        start("one", "two|odd|three", "four");

        Message letter = parked();
        assertThat(letter.getBody(byte[].class)).isEqualTo(bytes("odd " + customer));
        assertThat(letter.getStringProperty("HubReason")).startsWith(reason);
        await().until(() -> handled.size() == 4);
        assertThat(queues.depth(QUEUE)).isZero();
        assertThat(noneParked()).isTrue();
    }

    @Test
    void whatFailsAfterItHasSentSomethingIsParkedAndNothingIsSentTwice() throws Exception {
        step =
                (event, session) -> {
                    try (var producer = session.createProducer(session.createQueue(COPIES))) {
                        producer.send(message(session, event));
                    }
                    if (event.startsWith("odd")) {
                        throw new IllegalStateException("too late");
                    }
                };

        start("one", "odd", "two");

        // Parked without being tried once more, so nobody knows the event in it.
        Message parked = jms.receiveSelected("wa.dlq.in", "HubReason LIKE '%too late'");
        assertThat(parked.getBody(byte[].class)).isEqualTo(bytes("odd " + customer));
        List<String> copies = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            copies.add(utf8(jms.receive(COPIES).getBody(byte[].class)));
        }
        assertThat(copies).containsExactly("one " + customer, "two " + customer);
        assertThat(queues.depth(COPIES)).isZero();
    }

    @Test
    void whileTheStoreIsAwayNothingIsParkedAndThenAllGoesOn() throws Exception {
        var away = new CountDownLatch(4);
        step =
                (event, session) -> {
                    if (away.getCount() > 0) {
                        away.countDown();
                        throw new CannotCreateTransactionException(
                                "", new SQLTransientConnectionException("no connection"));
                    }
                };

        start("one", "two");

        assertThat(away.await(20, TimeUnit.SECONDS)).isTrue();
        await().until(() -> handled.size() == 2);
        assertThat(noneParked()).isTrue();
    }

    /** Rolled back, it would go behind later ones where the broker numbers them in another order than it stores them. */
    @Test
    void whileTheStoreIsAwayABatchStaysInHandWhateverComesMeanwhile() throws Exception {
        step =
                (event, session) -> {
                    if (batches.size() == 1) {
                        // On another thread: this one's sends would join the transaction.
                        Beside.call(() -> send("two")).join();
                        await().until(() -> queues.depth(QUEUE) == 2);
                        throw new CannotCreateTransactionException(
                                "", new SQLTransientConnectionException("no connection"));
                    }
                };

        start("one");

        await().until(() -> handled.size() == 2);
        assertThat(batches).containsExactly(1, 1, 1);
    }

    private void start(String... messages) throws Exception {
        send(messages);
        camel.getRouteController().startRoute("odd-journal");
    }

    /** Each journal message holds the events between its bars. */
    private Void send(String... messages) {
        return jms.execute(
                session -> {
                    try (var producer = session.createProducer(session.createQueue(QUEUE))) {
                        for (String events : messages) {
                            List<byte[]> slices =
                                    Stream.of(events.split("\\|"))
                                            .map(event -> bytes(event + " " + customer))
                                            .toList();
                            BytesMessage frame = message(session, utf8(SliceFrame.join(slices)));
                            frame.setStringProperty(
                                    GroupCommitJournal.RECEIPT, UUID.randomUUID().toString());
                            frame.setLongProperty(GroupCommitJournal.RECEIVED, now() * 1000);
                            marks.mark(frame, SliceFrame.join(slices), false);
                            producer.send(frame);
                        }
                    }
                    return null;
                });
    }

    private void handle(Exchange exchange) throws Exception {
        var batch = exchange.getMessage().getBody(JournalBatch.class);
        Session session = exchange.getProperty(JournalExchange.SESSION, Session.class);
        List<String> events =
                batch.entries().stream()
                        .flatMap(entry -> entry.slices().stream())
                        .map(HubTest::utf8)
                        .toList();
        batches.add(events.size());
        exchange.setProperty(JournalExchange.EVENTS, events.size());
        if (batch.only().isPresent()) {
            events = List.of(events.get(batch.only().getAsInt()));
            exchange.setProperty(JournalExchange.DEAD_BODY, bytes(events.getFirst()));
            exchange.setProperty(JournalExchange.EVENT_ID, events.getFirst());
        }
        for (String event : events) {
            step.handle(event, session);
        }
        handled.addAll(events);
    }

    private Message parked() {
        Message parked = jms.receiveSelected("wa.dlq.in", mine());
        assertThat(parked).as("dead letter").isNotNull();
        return parked;
    }

    private boolean noneParked() {
        jms.setReceiveTimeout(org.springframework.jms.core.JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        return jms.receiveSelected("wa.dlq.in", mine()) == null;
    }

    private String mine() {
        return "HubEventId LIKE '%" + customer + "'";
    }

    private static BytesMessage message(Session session, String body) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(bytes(body));
        return message;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void throwAny(Throwable failure) throws T {
        throw (T) failure;
    }
}
