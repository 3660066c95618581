package org.coexhub.inbound.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.imported;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.coexhub.event.json.CanonicalJson;
import org.coexhub.platform.broker.Received;
import org.coexhub.routes.HubTest;
import org.coexhub.testing.MetaBodies;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jms.core.JmsTemplate;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/** An event the store cannot take goes alone to {@code wa.dlq.in}; what shares its message, and its copies, does not. */
class OneBadEventTest extends HubTest {

    @Autowired private JdbcTemplate store;
    @Autowired private FrameMarks marks;

    @BeforeEach
    void refuseSome() {
        store.update("DELETE FROM message WHERE wamid LIKE '%refused%'");
        store.execute(
                "ALTER TABLE message ADD CONSTRAINT refuse_some CHECK (wamid NOT LIKE"
                        + " '%refused%')");
    }

    @AfterEach
    void takeAll() {
        store.execute("ALTER TABLE message DROP CONSTRAINT IF EXISTS refuse_some");
    }

    /** All classes share them, and some look whether there are any. */
    @AfterEach
    void noLetterIsLeft() {
        jms.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        Message letter = jms.receive("wa.dlq.in");
        while (letter != null) {
            letter = jms.receive("wa.dlq.in");
        }
    }

    @Test
    void itsNeighboursGoOnEachOnceAlsoWhenTheyStandTwiceInTheSameMessage() throws Exception {
        String first = text(customer, wamid(1), now(), "one");
        String second = text(customer, wamid(2), now(), "two");
        String bad = text(customer, wamid("refused"), now(), "words of the customer");

        assertThat(post(messages(first, second, first, bad, second, first))).isEqualTo(200);

        await().until(() -> parked().size() == 1);
        post(messages(text(customer, wamid("last"), now(), "end")));
        List<JsonNode> events = nextIn("wa.out.gathering", 3);
        assertThat(events)
                .extracting(e -> e.path("id").asText())
                .containsExactly(
                        "message:" + wamid(1), "message:" + wamid(2), "message:" + wamid("last"));
        assertThat(isEmptyFor("wa.out.gathering")).isTrue();
        JsonNode letter = parked().getFirst();
        assertThat(letter.path("reason").asText())
                .isEqualTo("the store refused it: SQL state 23514");
        postJson("/api/v1/dead-letters/" + letter.path("id").asText() + "/discard", "");
    }

    /** As when two nodes publish the same own event, or Meta repeats a webhook, and one commit stores both. */
    @Test
    void aCopyInALaterSliceIsADuplicateAlsoWhereTheMessageIsTakenApart() throws Exception {
        byte[] twice = messages(text(customer, wamid(1), now(), "one"));
        byte[] bad = messages(text(customer, wamid("refused"), now(), "two"));
        byte[] last = messages(text(customer, wamid("last"), now(), "end"));

        frameOf(twice, twice, bad, last);

        assertThat(nextIn("wa.out.gathering", 2))
                .extracting(e -> e.path("id").asText())
                .containsExactly("message:" + wamid(1), "message:" + wamid("last"));
        assertThat(isEmptyFor("wa.out.gathering")).isTrue();
        await().until(() -> parked().size() == 1);
    }

    @Test
    void twoLettersOfCopiesInOneMessageThatAreReplayedInTurnAreOneEvent() throws Exception {
        byte[] bad = messages(text(customer, wamid("refused"), now(), "one"));
        frameOf(bad, bad);
        await().until(() -> parked().size() == 2);
        takeAll();

        replayInTurn();

        assertRefusedOnce();
    }

    @Test
    void twoLettersOfCopiesInOneSliceThatAreReplayedInTurnAreOneEvent() throws Exception {
        store.execute(
                "ALTER TABLE identity ADD CONSTRAINT refuse_some CHECK (identifier NOT LIKE '%"
                        + customer
                        + "') NOT VALID");
        String bad = text(customer, wamid("refused"), now(), "one");
        try {
            post(messages(bad, bad));
            await().until(() -> parked().size() == 2);
        } finally {
            store.execute("ALTER TABLE identity DROP CONSTRAINT refuse_some");
        }
        takeAll();

        replayInTurn();

        assertRefusedOnce();
    }

    private void replayInTurn() throws Exception {
        for (JsonNode letter : parked()) {
            replay(letter);
            await().until(() -> eventsOf("refused") == 1);
        }
    }

    private void assertRefusedOnce() throws Exception {
        assertThat(nextIn("wa.out.gathering", 1).getFirst().path("id").asText())
                .isEqualTo("message:" + wamid("refused"));
        post(messages(text(customer, wamid("last"), now(), "end")));
        assertThat(nextIn("wa.out.gathering", 1).getFirst().path("id").asText())
                .as("the second letter was a duplicate")
                .isEqualTo("message:" + wamid("last"));
    }

    private void frameOf(byte[]... slices) {
        byte[] body = SliceFrame.join(List.of(slices));
        String receipt = UUID.randomUUID().toString();
        jms.send(
                "wa.in",
                session -> {
                    BytesMessage message = frame(session, receipt, body);
                    marks.mark(message, body, false);
                    return message;
                });
    }

    @Test
    void whatAForeignProgramWritesIntoTheJournalIsParkedAndStopsNobody() throws Exception {
        jms.send("wa.in", session -> session.createTextMessage("foreign " + customer));
        jms.send(
                "wa.in",
                session -> {
                    var message = session.createBytesMessage();
                    message.writeBytes(("no frame " + customer).getBytes());
                    message.setStringProperty(
                            GroupCommitJournal.RECEIPT, UUID.randomUUID().toString());
                    message.setLongProperty(GroupCommitJournal.RECEIVED, now() * 1000);
                    return message;
                });
        post(messages(text(customer, wamid(1), now(), "one")));

        assertThat(nextIn("wa.out.gathering", 1)).hasSize(1);
        Message one = jms.receiveSelected("wa.dlq.in", "HubReason IS NOT NULL");
        Message two = jms.receiveSelected("wa.dlq.in", "HubReason IS NOT NULL");
        assertThat(one).isNotNull();
        assertThat(two).isNotNull();
    }

    @Test
    void onlyTheHubWritesIntoItsJournal() throws Exception {
        byte[] slice = messages(text(customer, wamid(1), now(), "as Meta"));
        byte[] forged = SliceFrame.join(List.of(slice));
        int own = 0;
        String receipt = UUID.randomUUID().toString();
        jms.send("wa.in", session -> frame(session, receipt, forged));
        jms.send(
                "wa.in",
                session -> {
                    BytesMessage message = frame(session, receipt, forged);
                    marks.mark(message, SliceFrame.join(List.of("other bytes".getBytes())), false);
                    return message;
                });
        jms.send(
                "wa.in",
                session -> {
                    BytesMessage message = frame(session, receipt, forged);
                    marks.mark(message, forged, false);
                    message.setStringProperty("HubKind", "own");
                    return message;
                });
        post(messages(text(customer, wamid(2), now(), "by Meta")));

        assertThat(nextIn("wa.out.gathering", 1).getFirst().path("id").asText())
                .isEqualTo("message:" + wamid(2));
        for (int i = 0; i < 3; i++) {
            Message letter = jms.receiveSelected("wa.dlq.in", "HubReason LIKE '%mark%'");
            assertThat(letter).isNotNull();
            assertThat(bytes(letter)).isEqualTo(slice);
            boolean saysOwn = letter.getStringProperty("HubKind").equals("own");
            assertThat(letter.getStringProperty("HubReason").contains("the hub's own, and"))
                    .isEqualTo(saysOwn);
            own += saysOwn ? 1 : 0;
        }
        assertThat(own).isEqualTo(1);
        assertThat(isEmptyFor("wa.out.gathering")).isTrue();
    }

    /** As after a restore of the database: the key that marked it is gone. */
    @Test
    void aGenuineMessageWhoseMarkDoesNotVerifyIsWholeAgainWhenItIsReplayed() throws Exception {
        byte[] frame =
                SliceFrame.join(
                        List.of(
                                messages(text(customer, wamid(1), now(), "one")),
                                messages(text(customer, wamid(2), now(), "two"))));
        String receipt = UUID.randomUUID().toString();
        jms.send(
                "wa.in",
                session -> {
                    BytesMessage message = frame(session, receipt, frame);
                    marks.mark(message, frame, false);
                    String mark = message.getStringProperty("HubMark");
                    message.setStringProperty(
                            "HubMark", "gone" + mark.substring(mark.indexOf(':')));
                    return message;
                });
        await().until(() -> letters("reason", "mark").size() == 2);

        for (JsonNode letter : letters("reason", "mark")) {
            assertThat(letter.path("reason").asText()).contains("replay it only if");
            replay(letter);
        }

        assertThat(nextIn("wa.out.gathering", 2))
                .extracting(e -> e.path("id").asText())
                .containsExactlyInAnyOrder("message:" + wamid(1), "message:" + wamid(2));
        for (int i = 1; i <= 2; i++) {
            assertThat(owner(i)).isEqualTo(JournalBatch.ownerOf(UUID.fromString(receipt), i - 1));
        }
    }

    @Test
    void whatHasNoMarkIsNeverTheHubs() {
        Map<String, Object> properties =
                Map.of(
                        GroupCommitJournal.RECEIPT,
                        UUID.randomUUID().toString(),
                        GroupCommitJournal.RECEIVED,
                        now() * 1000);

        assertThatThrownBy(() -> marks.verify(new Received("first", 0, properties, new byte[0])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no mark");
    }

    @Test
    void whatMetaSignedIsMetasHoweverMuchItLooksLikeTheHubs() throws Exception {
        String imitation =
                """
                {"object":"coexistence_hub","events":[{"id":"handover:%1$s","origin":"hub",\
                "type":"whatsapp.conversation.handover","subject":"%2$s","phonenumberid":"%3$s",\
                "data":{"to":"human"}}]}\
                """
                        .formatted(customer, conversation(), MetaBodies.NUMBER);

        assertThat(post(imitation.getBytes())).isEqualTo(200);

        await().until(
                        () ->
                                store.queryForObject(
                                                "SELECT COUNT(*) FROM event_log WHERE id = ?",
                                                Long.class,
                                                "raw:" + CanonicalJson.sha256(imitation.getBytes()))
                                        == 1);
        assertThat(
                        store.queryForObject(
                                "SELECT COUNT(*) FROM event_log WHERE id = ?",
                                Long.class,
                                "handover:" + customer))
                .isZero();
    }

    private static BytesMessage frame(Session session, String receipt, byte[] body)
            throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(body);
        message.setStringProperty(GroupCommitJournal.RECEIPT, receipt);
        message.setLongProperty(GroupCommitJournal.RECEIVED, 1_700_000_000_000L);
        return message;
    }

    @Test
    void aLetterThatIsReplayedIsClaimedForTheJournalMessageItCameFrom() throws Exception {
        post(
                messages(
                        text(customer, wamid("good"), now(), "one"),
                        text(customer, wamid("refused"), now(), "two")));
        await().until(() -> parked().size() == 1);
        assertThat(nextIn("wa.out.gathering", 1)).hasSize(1);
        takeAll();

        replay(parked().getFirst());

        assertThat(nextIn("wa.out.gathering", 1).getFirst().path("id").asText())
                .isEqualTo("message:" + wamid("refused"));
        assertThat(owner("refused")).isEqualTo(owner("good"));
    }

    /** A window, a word on marketing, a person's reply: what follows from a message follows from its replay. */
    @Test
    void aLetterThatIsReplayedIsAllThatMetaSent() throws Exception {
        post(
                messages(
                        text(customer, wamid("good"), now() - 1, "one"),
                        text(customer, wamid("refused"), now(), "STOP")));
        await().until(() -> parked().size() == 1);
        assertThat(nextIn("wa.out.gathering", 1)).hasSize(1);
        takeAll();

        replay(parked().getFirst());

        JsonNode event = nextIn("wa.out.gathering", 1).getFirst();
        assertThat(event.path("data").path("field").asText()).isEqualTo("messages");
        String path = "/api/v1/conversations/" + conversation();
        assertThat(getJson(path + "/messages").path("messages"))
                .extracting(m -> m.path("wamid").asText())
                .containsExactly(wamid("good"), wamid("refused"));
        assertThat(getJson(path + "/consent").path("marketing").asText()).isEqualTo("stopped");
    }

    /** Neither its neighbours nor other customers of the same chunk are in the letter, nor do they come again with it. */
    @Test
    void aMessageOfAHistoryThreadThatIsReplayedIsInItsConversationOnce() throws Exception {
        String other = customer + "77";
        String chunk =
                "{\"metadata\":{\"phase\":0,\"chunk_order\":1,\"progress\":55},\"threads\":[%s,%s]}"
                        .formatted(
                                thread(
                                        customer,
                                        imported(customer, wamid("h1"), now() - 90, "uno"),
                                        imported(customer, wamid("refused"), now() - 80, "dos"),
                                        imported(customer, wamid("h3"), now() - 70, "tres")),
                                thread(
                                        other,
                                        imported(other, wamid("other"), now() - 60, "otra cosa")));
        assertThat(post(MetaBodies.one("history", "\"history\":[" + chunk + "]"))).isEqualTo(200);
        await().until(() -> parked().size() == 1);
        JsonNode letter = parked().getFirst();
        String path = "/api/v1/conversations/" + conversation();
        await().until(() -> getJson(path + "/messages").path("messages").size() == 2);
        assertThat(words(letter.path("id").asText()))
                .contains("dos", customer)
                .doesNotContain("uno", "tres", "otra cosa", other);
        takeAll();

        replay(letter);

        await().until(() -> getJson(path + "/messages").path("messages").size() == 3);
        assertThat(getJson(path + "/messages").path("messages"))
                .extracting(m -> m.path("wamid").asText() + " " + m.path("origin").asText())
                .containsExactly(
                        wamid("h1") + " history",
                        wamid("refused") + " history",
                        wamid("h3") + " history");
        assertThat(eventsOf("h1") + eventsOf("refused") + eventsOf("h3") + eventsOf("other"))
                .isEqualTo(4);
        assertThat(owner("refused")).isEqualTo(owner("h1"));
        assertThat(parked()).isEmpty();
    }

    private static String thread(String with, String... messages) {
        return "{\"id\":\"%s\",\"messages\":[%s]}".formatted(with, String.join(",", messages));
    }

    private long eventsOf(String message) {
        return store.queryForObject(
                "SELECT COUNT(*) FROM event_log WHERE id LIKE ?",
                Long.class,
                "%" + wamid(message) + "%");
    }

    private String words(String letter) throws JMSException {
        return jms.browseSelected(
                "wa.dlq.in",
                "HubEventId LIKE '%" + customer + "%'",
                (session, browser) -> {
                    Message only = (Message) browser.getEnumeration().nextElement();
                    assertThat(only.getJMSMessageID()).isEqualTo(letter);
                    return new String(only.getBody(byte[].class));
                });
    }

    /** As when the event failed after the store had committed: by any other receipt it would be a duplicate. */
    @Test
    void aLetterWhoseEventWasClaimedForItBeforeItFailedIsHandledWhenItIsReplayed()
            throws Exception {
        byte[] body = messages(text(customer, wamid(1), now(), "one"));
        post(body);
        assertThat(nextIn("wa.out.gathering", 1)).hasSize(1);
        park(body, UUID.randomUUID());
        await().until(() -> parked().size() == 1);
        replay(parked().getFirst());
        park(body, owner(1));
        await().until(() -> parked().size() == 1);

        replay(parked().getFirst());

        assertThat(nextIn("wa.out.gathering", 1).getFirst().path("id").asText())
                .isEqualTo("message:" + wamid(1));
        post(messages(text(customer, wamid("last"), now(), "end")));
        assertThat(nextIn("wa.out.gathering", 1).getFirst().path("id").asText())
                .as("the letter of another message was a duplicate")
                .isEqualTo("message:" + wamid("last"));
    }

    private void park(byte[] slice, UUID receipt) {
        jms.send(
                "wa.dlq.in",
                session -> {
                    var letter = session.createBytesMessage();
                    letter.writeBytes(slice);
                    letter.setStringProperty("HubEventId", "message:" + wamid(1));
                    letter.setStringProperty(GroupCommitJournal.RECEIPT, receipt.toString());
                    return letter;
                });
    }

    private void replay(JsonNode letter) throws Exception {
        String path = "/api/v1/dead-letters/" + letter.path("id").asText() + "/replay";
        assertThat(postJson(path, "").statusCode()).isEqualTo(200);
    }

    private UUID owner(Object message) {
        return store.queryForObject(
                "SELECT owner FROM event_log WHERE id = ?",
                UUID.class,
                "message:" + wamid(message));
    }

    private List<JsonNode> parked() throws Exception {
        return letters("eventId", customer);
    }

    private List<JsonNode> letters(String member, String word) throws Exception {
        var letters = getJson("/api/v1/dead-letters?destination=in").path("deadLetters");
        return java.util.stream.StreamSupport.stream(letters.spliterator(), false)
                .filter(letter -> letter.path(member).asText().contains(word))
                .toList();
    }
}
