package org.coexhub.delivery.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;

import org.coexhub.delivery.catalogue.DestinationCatalogue;
import org.coexhub.delivery.catalogue.DestinationStore;
import org.coexhub.delivery.fanout.EventHeaders;
import org.coexhub.inbound.journal.FrameMarks;
import org.coexhub.inbound.journal.ParkedSlice;
import org.coexhub.platform.broker.QueueBrowsing;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Received;
import org.coexhub.platform.lease.LeaseStore;
import org.coexhub.routes.HubTest;
import org.coexhub.testing.Beside;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jms.core.JmsTemplate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** More dead letters than the broker looks through for one of them: it reads on only as far as some megabytes. */
class DeadLettersBeyondMemoryTest extends HubTest {

    private static final int LETTERS = 600;
    private static final int LARGE = 20_000;
    private static final String DESTINATION = "crm";

    @Autowired private DeadLetters letters;
    @Autowired private DestinationCatalogue catalogue;
    @Autowired private DestinationStore destinations;
    @Autowired private LeaseStore leases;
    @Autowired private QueueBrowsing look;
    @Autowired private FrameMarks marks;
    @Autowired private ConnectionFactory connections;

    @AfterEach
    void clear() throws Exception {
        ended(
                postJson(
                        "/api/v1/dead-letters/discard",
                        "{'conversation':'" + conversation() + "'}"));
        assertThat(mine()).isEmpty();
    }

    @Test
    void theLastOfThemIsFoundAndTheOthersStayAsTheyWere() throws Exception {
        park();
        List<DeadLetters.Letter> before = mine();
        assertThat(before).hasSize(LETTERS);
        var last = before.getLast();

        assertThat(postJson("/api/v1/dead-letters/" + last.id() + "/replay", "").statusCode())
                .isEqualTo(200);

        await().until(() -> !HTTP.requests("/crm", last.eventId()).isEmpty());
        assertThat(mine()).isEqualTo(before.subList(0, LETTERS - 1));
        assertThat(postJson("/api/v1/dead-letters/" + last.id() + "/replay", "").statusCode())
                .isEqualTo(404);
        // By the ids of before, though they are other messages by now.
        assertThat(
                        postJson("/api/v1/dead-letters/" + before.get(7).id() + "/discard", "")
                                .statusCode())
                .isEqualTo(200);
        assertThat(mine()).hasSize(LETTERS - 2).doesNotContain(before.get(7));
    }

    @Test
    void allThatMatchAreFoundWhereverTheyAre() throws Exception {
        park();
        String rare = "{'conversation':'" + conversation() + "','reason':'HTTP 410'}";

        JsonNode done = ended(postJson("/api/v1/dead-letters/discard", rare));

        assertThat(done.path("matched").asInt()).isEqualTo(LETTERS / 100);
        assertThat(done.path("done").asInt()).isEqualTo(LETTERS / 100);
        assertThat(mine())
                .hasSize(LETTERS - LETTERS / 100)
                .extracting(DeadLetters.Letter::reason)
                .containsOnly("HTTP 422");
        List<String> ids = mine().stream().map(DeadLetters.Letter::eventId).toList();
        assertThat(ids).isSorted();
    }

    @Test
    void aListEndsAtItsLimitAndReadsNoFurther() {
        park();
        var read = new AtomicInteger();

        List<DeadLetters.Letter> first =
                letters.matching(
                        DESTINATION,
                        letter -> {
                            read.incrementAndGet();
                            return conversation().equals(letter.conversation());
                        },
                        5);

        assertThat(first).isEqualTo(mine().subList(0, 5));
        assertThat(read).hasValueLessThanOrEqualTo(5 + letters.count(DESTINATION, this::another));
    }

    private boolean another(DeadLetters.Letter letter) {
        return !conversation().equals(letter.conversation());
    }

    @Test
    void anActAsksOfEachLetterAsItPassesAndListsNone() {
        park();
        var atOnce = new ArrayList<Integer>();

        int taken =
                letters.discard(
                        DESTINATION,
                        letter -> conversation().equals(letter.conversation()),
                        new LetterProgress() {
                            @Override
                            public boolean goesOn() {
                                return true;
                            }

                            @Override
                            public void moved(int letters) {
                                atOnce.add(letters);
                            }
                        });

        assertThat(taken).isEqualTo(LETTERS);
        assertThat(atOnce).hasSizeGreaterThan(1).allMatch(letters -> letters <= 200);
        assertThat(mine()).isEmpty();
    }

    @Test
    void callsAtTheSameTimeFindTheirLetters() throws Exception {
        park();
        List<DeadLetters.Letter> before = mine();

        List<CompletableFuture<Integer>> asked =
                Stream.of(LETTERS - 1, LETTERS / 2, LETTERS - 2, 0, LETTERS - 3)
                        .map(number -> before.get(number).id())
                        .map(id -> Beside.call(() -> discarded(id)))
                        .toList();

        assertThat(asked).extracting(CompletableFuture::join).containsOnly(200);
        assertThat(mine()).hasSize(LETTERS - 5);
    }

    @Test
    void callsOnTwoNodesAtTheSameTimeFindTheirLetters() {
        // What nodes have in common is the broker and the store.
        var otherNode =
                new DeadLetters(
                        catalogue,
                        destinations,
                        clock,
                        connections,
                        look,
                        new LetterTurns(leases),
                        marks);
        park();
        List<DeadLetters.Letter> before = mine();

        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        for (int n = 1; n <= 2; n++) {
            String last = before.get(LETTERS - 2 * n).id();
            String another = before.get(LETTERS - 2 * n - 1).id();
            asked.add(Beside.call(() -> letters.discard(DESTINATION, last)));
            asked.add(Beside.call(() -> otherNode.discard(DESTINATION, another)));
        }

        assertThat(asked).extracting(CompletableFuture::join).containsOnly(true);
        assertThat(mine()).hasSize(LETTERS - asked.size());
    }

    private int discarded(String id) {
        try {
            return postJson("/api/v1/dead-letters/" + id + "/discard", "").statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRoundInWhichNothingIsTakenChangesNothing() throws Exception {
        jms.send(QueueNames.DEAD_COMMANDS, this::command);
        jms.send(QueueNames.DEAD_IN, this::slice);
        Seen slice = seen(QueueNames.DEAD_IN);
        Seen command = seen(QueueNames.DEAD_COMMANDS);
        List<DeadLetters.Letter> before = ofNoDestination();

        var transacted = new JmsTemplate(connections);
        transacted.setSessionTransacted(true);
        var taking = new LetterTaking(transacted, look, new LetterTurns(leases));
        for (int time = 0; time < 2; time++) {
            for (String name : List.of(DeadLetters.ROUTER, DeadLetters.COMMANDS)) {
                assertThat(taking.round(name, Set.of(), (m, s) -> {}, LetterProgress.UNWATCHED))
                        .isZero();
            }
        }

        assertThat(ofNoDestination()).isEqualTo(before);
        for (Seen letter : List.of(slice, command)) {
            Seen same = seen(letter.queue());
            assertThat(same.messageId()).isNotEqualTo(letter.messageId());
            assertThat(same)
                    .usingRecursiveComparison()
                    .ignoringFields("messageId")
                    .isEqualTo(letter);
        }
        for (var letter : before) {
            assertThat(letters.discard(letter.destination(), letter.id())).isTrue();
        }
    }

    /** What of a letter must not change, and the id of the message, which does. */
    private record Seen(
            String queue,
            String messageId,
            Class<?> kind,
            byte[] bytes,
            String text,
            String correlation,
            String type,
            String group,
            Object tries,
            long receivedWhenReplayed) {}

    private Seen seen(String queue) {
        return jms.browse(
                queue,
                (session, browser) -> {
                    Enumeration<?> messages = browser.getEnumeration();
                    while (messages.hasMoreElements()) {
                        Message message = (Message) messages.nextElement();
                        if (conversation()
                                .equals(message.getStringProperty(EventHeaders.CONVERSATION))) {
                            return seen(queue, session, message);
                        }
                    }
                    throw new AssertionError("no letter of this test in " + queue);
                });
    }

    private Seen seen(String queue, Session session, Message message) throws JMSException {
        boolean text = message instanceof TextMessage;
        return new Seen(
                queue,
                message.getJMSMessageID(),
                message.getClass(),
                text ? null : message.getBody(byte[].class),
                text ? message.getBody(String.class) : null,
                message.getJMSCorrelationID(),
                message.getJMSType(),
                message.getStringProperty("JMSXGroupID"),
                message.getObjectProperty("tries"),
                text
                        ? 0
                        : ParkedSlice.again(Received.of(message), session, marks)
                                .getLongProperty("HubReceived"));
    }

    private Message command(Session session) throws JMSException {
        TextMessage message = session.createTextMessage("{\"to\":\"…\"}");
        message.setJMSCorrelationID("asked-1");
        message.setJMSType("order");
        message.setStringProperty("JMSXGroupID", "a-group");
        message.setIntProperty("tries", 3);
        message.setStringProperty(EventHeaders.CONVERSATION, conversation());
        return message;
    }

    private Message slice(Session session) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        // Larger than what the broker keeps in a message of its own.
        message.writeBytes(new byte[300_000]);
        message.setStringProperty(EventHeaders.CONVERSATION, conversation());
        return message;
    }

    private List<DeadLetters.Letter> ofNoDestination() {
        return letters.matching(
                letter ->
                        List.of(DeadLetters.ROUTER, DeadLetters.COMMANDS)
                                        .contains(letter.destination())
                                && conversation().equals(letter.conversation()),
                Integer.MAX_VALUE);
    }

    private List<DeadLetters.Letter> mine() {
        return letters.matching(
                letter ->
                        DESTINATION.equals(letter.destination())
                                && conversation().equals(letter.conversation()),
                Integer.MAX_VALUE);
    }

    /** Every hundredth for another reason. */
    private void park() {
        jms.execute(
                session -> {
                    try (var producer =
                            session.createProducer(
                                    session.createQueue(QueueNames.deadLetters(DESTINATION)))) {
                        for (int i = 0; i < LETTERS; i++) {
                            producer.send(letter(session, i));
                        }
                    }
                    return null;
                });
    }

    private String id(int number) {
        return "message:" + wamid("%04d".formatted(number));
    }

    private Message letter(Session session, int number) throws JMSException {
        BytesMessage letter = session.createBytesMessage();
        byte[] body = new byte[LARGE];
        byte[] event = "{\"id\":\"%s\"}".formatted(id(number)).getBytes(StandardCharsets.UTF_8);
        Arrays.fill(body, (byte) ' ');
        System.arraycopy(event, 0, body, 0, event.length);
        letter.writeBytes(body);
        letter.setStringProperty(EventHeaders.ID, id(number));
        letter.setStringProperty(EventHeaders.TYPE, "whatsapp.message.received");
        letter.setStringProperty(EventHeaders.CONVERSATION, conversation());
        letter.setStringProperty("JMSXGroupID", conversation());
        boolean rare = number % 100 == 99;
        letter.setStringProperty(DeadLetters.REASON, rare ? "HTTP 410" : "HTTP 422");
        letter.setIntProperty(DeadLetters.STATUS, rare ? 410 : 422);
        letter.setIntProperty(DeadLetters.ATTEMPTS, 1);
        letter.setLongProperty(DeadLetters.PARKED_AT, 1_700_000_000_000L + number);
        return letter;
    }
}
