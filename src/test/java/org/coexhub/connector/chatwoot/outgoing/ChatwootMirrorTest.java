package org.coexhub.connector.chatwoot.outgoing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import org.apache.camel.http.base.HttpOperationFailedException;
import org.coexhub.connector.chatwoot.Events;
import org.coexhub.connector.chatwoot.FakeChatwoot;
import org.coexhub.connector.chatwoot.client.ChatwootClient;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.client.ChatwootUnavailableException;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.state.media.MediaRow;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

/** What agents see in Chatwoot of each event, and that they see it once. */
class ChatwootMirrorTest {

    private static final byte[] PICTURE = "a picture".getBytes(StandardCharsets.UTF_8);
    private static final String MESSAGES = "POST .*/messages";

    private final TestClock clock = new TestClock();
    private final FakeChatwoot chatwoot = new FakeChatwoot(clock);
    private final Map<String, MediaRow> media = new ConcurrentHashMap<>();
    private DataSource database;
    private ChatwootClient client;
    private ChatwootMirror mirror;

    @BeforeEach
    void open() {
        database = TestDatabase.postgres();
        mirror = mirror(settings(FakeChatwoot.TOKEN, true), database);
    }

    @AfterEach
    void close() {
        client.close();
        chatwoot.close();
    }

    @Test
    void customerAppAndBotStandOnTheirSides() throws Exception {
        mirror.message(Events.received("wamid.1", "When are you open?"));
        mirror.message(Events.sent("wamid.2", "bot", "chatbot", "", "Monday to Saturday."));
        mirror.message(Events.echoed("wamid.3", "And on Sunday, for you."));

        assertThat(chatwoot.seen())
                .containsExactly(
                        "incoming: When are you open?",
                        "outgoing: Monday to Saturday.",
                        "outgoing: And on Sunday, for you.");
        JsonNode bot = chatwoot.message("wamid.2").path("content_attributes");
        assertThat(bot.path("hub_source").asText()).isEqualTo("bot");
        assertThat(bot.path("hub_sender").asText()).isEqualTo("chatbot");
        JsonNode app = chatwoot.message("wamid.3").path("content_attributes");
        assertThat(app.path("external_echo").asBoolean()).isTrue();
    }

    @Test
    void theCustomerIsOneContactByIdentifierAndPhone() throws Exception {
        mirror.message(Events.received("wamid.1", "hello"));
        mirror.message(Events.received("wamid.2", "hello?"));

        assertThat(chatwoot.contacts()).hasSize(1);
        JsonNode contact = chatwoot.contacts().get(0);
        assertThat(contact.path("identifier").asText()).isEqualTo("DE.4711");
        assertThat(contact.path("phone_number").asText()).isEqualTo("+491701234567");
        assertThat(contact.path("name").asText()).isEqualTo("Ana Ribeiro");
        assertThat(chatwoot.conversations()).hasSize(1);
    }

    @Test
    void aContactThatIsThereByPhoneIsFoundWithItsConversation() throws Exception {
        long conversation = chatwoot.begin("+491701234567");

        mirror.message(Events.received("wamid.1", "hello"));

        assertThat(chatwoot.contacts()).hasSize(1);
        assertThat(chatwoot.message("wamid.1").path("conversation_id").asLong())
                .isEqualTo(conversation);
    }

    @Test
    void aResolvedConversationIsReopenedOrLeftForANewOne() throws Exception {
        mirror.message(Events.received("wamid.1", "hello"));
        chatwoot.resolve(1);
        mirror.message(Events.received("wamid.2", "one more thing"));
        assertThat(chatwoot.conversations().get(0).path("status").asText()).isEqualTo("open");

        client.close();
        mirror = mirror(settings(FakeChatwoot.TOKEN, false), database);
        chatwoot.resolve(1);
        mirror.message(Events.received("wamid.3", "and another"));
        assertThat(chatwoot.message("wamid.3").path("conversation_id").asLong()).isEqualTo(2);
        assertThat(chatwoot.conversations().get(0).path("status").asText()).isEqualTo("resolved");
    }

    @Test
    void aConversationDeletedInChatwootIsOpenedAnew() throws Exception {
        mirror.message(Events.received("wamid.1", "hello"));
        chatwoot.delete(1);

        mirror.message(Events.received("wamid.2", "hello again"));

        assertThat(chatwoot.message("wamid.2").path("conversation_id").asLong()).isEqualTo(2);
    }

    @Test
    void whatAnAgentWroteIsNotPostedAgainAndItsStatusesAreJoinedToIt() throws Exception {
        mirror.message(Events.received("wamid.1", "hello"));
        long reply = chatwoot.reply(1, "Good morning");

        mirror.message(
                Events.sent(
                        "wamid.2",
                        "agent",
                        "chatwoot",
                        "chatwoot:1:1:" + reply + ":0",
                        "Good morning"));
        mirror.status(Events.status("wamid.2", "sent", ""));
        mirror.status(Events.status("wamid.2", "read", ""));
        mirror.status(Events.status("wamid.2", "delivered", ""));

        assertThat(chatwoot.seen()).containsExactly("incoming: hello", "outgoing: Good morning");
        assertThat(chatwoot.message(reply).path("status").asText()).isEqualTo("read");
    }

    @Test
    void aStatusThatComesBeforeItsMessageIsTold() throws Exception {
        mirror.status(Events.status("wamid.1", "delivered", ""));
        mirror.message(Events.sent("wamid.1", "crm", "orders", "", "On its way"));

        assertThat(chatwoot.message("wamid.1").path("status").asText()).isEqualTo("delivered");
    }

    /** Chatwoot tells the hub of each change; one without an error looks like an order to send it again. */
    @Test
    void aReplyThatWentOutAfterAllIsNoOrderToSendItAgain() throws Exception {
        mirror.message(Events.received("wamid.1", "hello"));
        long reply = chatwoot.reply(1, "we are open");
        String origin = "chatwoot:1:1:" + reply + ":0";
        mirror.refusal(
                Events.refused(
                        "failed",
                        "agent",
                        "chatwoot",
                        origin,
                        "'state':'failed','reason':'outcome_unknown','text':'we are open'"));
        var store = new ChatwootStore(database, clock);
        assertThat(store.hasFailed(reply)).isTrue();
        mirror.status(Events.status("wamid.2", "delivered", ""));

        mirror.message(Events.sent("wamid.2", "agent", "chatwoot", origin, "we are open"));

        assertThat(chatwoot.message(reply).path("status").asText()).isEqualTo("delivered");
        assertThat(store.hasFailed(reply)).isFalse();
    }

    @Test
    void aFailureIsShownWhereItBelongs() throws Exception {
        mirror.message(Events.received("wamid.1", "hello"));
        mirror.message(Events.echoed("wamid.2", "hi"));
        mirror.status(
                Events.status(
                        "wamid.2",
                        "failed",
                        ",'errors':[{'code':131026,'title':'Message undeliverable'}]"));
        long reply = chatwoot.reply(1, "too late");
        mirror.refusal(
                Events.refused(
                        "rejected",
                        "agent",
                        "chatwoot",
                        "chatwoot:1:1:" + reply + ":0",
                        "'state':'rejected','reason':'window_closed','text':'too late'"));
        mirror.refusal(
                Events.refused(
                        "failed",
                        "campaign",
                        "spring",
                        "",
                        "'state':'failed','reason':'re_engagement','error':{'code':131047,'details':'24"
                            + " hours are over'},'text':'Spring is here'"));

        JsonNode echo = chatwoot.message("wamid.2");
        assertThat(echo.path("status").asText()).isEqualTo("failed");
        assertThat(error(echo)).isEqualTo("131026: Message undeliverable");
        assertThat(error(chatwoot.message(reply))).startsWith("window_closed: ");
        assertThat(chatwoot.seen())
                .last()
                .isEqualTo(
                        "note: Not sent (spring): re_engagement: 24 hours are over\n"
                                + "> Spring is here");
    }

    @Test
    void aBotThatFallsSilentIsNoNews() throws Exception {
        mirror.message(Events.received("wamid.1", "hello"));

        mirror.refusal(
                Events.refused(
                        "rejected",
                        "bot",
                        "chatbot",
                        "",
                        "'state':'rejected','reason':'person_has_conversation','text':'hi'"));

        assertThat(chatwoot.seen()).containsExactly("incoming: hello");
    }

    @Test
    void editsRevocationsAndReactionsFollowTheMessage() throws Exception {
        mirror.message(Events.received("wamid.1", "at six"));
        mirror.message(
                Events.changed(
                        "edited",
                        "customer",
                        "wamid.2",
                        "'messageType':'text','text':'at seven','edit':{'wamid':'wamid.1'}"));
        mirror.message(
                Events.changed(
                        "reacted",
                        "customer",
                        "wamid.3",
                        "'messageType':'reaction','reaction':{'wamid':'wamid.1','emoji':'+1','removed':false}"));
        mirror.message(
                Events.changed(
                        "revoked",
                        "customer",
                        "wamid.4",
                        "'messageType':'revoke','revoke':{'wamid':'wamid.1'}"));

        assertThat(chatwoot.seen())
                .containsExactly(
                        "incoming: at six",
                        "incoming: [edited] at seven",
                        "note: The customer reacted: +1",
                        "note: The customer deleted a message.");
        for (String wamid : List.of("wamid.2", "wamid.3", "wamid.4")) {
            assertThat(
                            chatwoot.message(wamid)
                                    .path("content_attributes")
                                    .path("in_reply_to_external_id")
                                    .asText())
                    .isEqualTo("wamid.1");
        }
    }

    @Test
    void aFileComesAlongAsSoonAsItIsFetched() throws Exception {
        media.put("m-1", row("m-1", MediaRow.State.WAITING, null));
        try (var later = Executors.newSingleThreadScheduledExecutor()) {
            later.schedule(
                    () -> media.put("m-1", row("m-1", MediaRow.State.STORED, null)),
                    300,
                    TimeUnit.MILLISECONDS);
            mirror.message(image("wamid.1", "m-1"));
        }

        JsonNode message = chatwoot.message("wamid.1");
        assertThat(message.path("content").asText()).isEqualTo("like this äöü");
        assertThat(message.path("attachments").path(0).path("data_url").asText())
                .endsWith("latte.png");
        assertThat(chatwoot.file(message.path("id").asLong())).isEqualTo(PICTURE);
        assertThat(message.path("content_attributes").path("hub_source").asText())
                .isEqualTo("customer");
    }

    @Test
    void aFileThatCannotBeHadIsNamed() throws Exception {
        media.put("m-1", row("m-1", MediaRow.State.LOST, "gone_at_meta"));
        media.put("m-2", row("m-2", MediaRow.State.WAITING, null));

        mirror.message(image("wamid.1", "m-1"));
        mirror.message(image("wamid.2", "m-2"));

        assertThat(chatwoot.seen())
                .containsExactly(
                        "incoming: like this äöü\n[file m-1: lost, gone_at_meta]",
                        "incoming: like this äöü\n[file m-2: not fetched yet]");
    }

    @Test
    @Timeout(20)
    void aFileThatComesAnotherDayIsNotWaitedFor() throws Exception {
        media.put("m-1", row("m-1", MediaRow.State.WAITING, "daily_quota"));

        assertThat(new ChatwootFiles(kept(), Duration.ofDays(1)).of("m-1").reason())
                .isEqualTo("not fetched yet");
    }

    @Test
    void placesCardsAndOrdersAreReadable() throws Exception {
        mirror.message(
                Events.received(
                        "wamid.1",
                        "location",
                        "'location':{'latitude':52.5,'longitude':13.4,'name':'Cafe'}"));
        mirror.message(
                Events.received(
                        "wamid.2",
                        "contacts",
                        "'contacts':[{'name':{'formatted_name':'Bo'},'phones':[{'phone':'+49 30"
                                + " 1'}]}]"));
        mirror.message(Events.received("wamid.3", "unsupported", "'unsupportedType':'poll'"));

        assertThat(chatwoot.seen())
                .containsExactly(
                        "incoming: Cafe\nhttps://maps.google.com/?q=52.5,13.4",
                        "incoming: Bo, +49 30 1",
                        "incoming: [a message that WhatsApp does not pass on: see the phone]");
    }

    @Test
    void anEventThatComesAgainChangesNothing() throws Exception {
        byte[] event = Events.received("wamid.1", "hello");
        mirror.message(event);
        int requests = chatwoot.requests.size();

        mirror.message(event);

        assertThat(chatwoot.seen()).hasSize(1);
        assertThat(chatwoot.requests).hasSize(requests);
    }

    @Test
    void aMessageWhoseAnswerWasLostIsFoundAndNotPostedAgain() throws Exception {
        mirror.message(Events.received("wamid.1", "hello"));
        for (int i = 0; i < 120; i++) {
            chatwoot.note(1, "agents talk");
        }
        byte[] event = Events.received("wamid.2", "are you there?");
        chatwoot.plan(MESSAGES, FakeChatwoot.loseTheAnswer());
        assertThatThrownBy(() -> mirror.message(event)).isInstanceOf(IOException.class);
        for (int i = 0; i < 30; i++) {
            chatwoot.note(1, "and talk");
        }

        mirror.message(event);

        assertThat(chatwoot.seen()).filteredOn("incoming: are you there?"::equals).hasSize(1);
        mirror.message(event);
        assertThat(chatwoot.seen()).filteredOn("incoming: are you there?"::equals).hasSize(1);
    }

    @Test
    void aRequestThatMayStillBeUnderWayIsWaitedFor() throws Exception {
        byte[] event = Events.received("wamid.1", "hello");
        chatwoot.plan(MESSAGES, FakeChatwoot.loseTheRequest());
        assertThatThrownBy(() -> mirror.message(event)).isInstanceOf(IOException.class);

        assertThatThrownBy(() -> mirror.message(event))
                .isInstanceOf(ChatwootUnavailableException.class)
                .hasMessageContaining("under way");
        assertThat(chatwoot.seen()).isEmpty();
        clock.advance(Duration.ofSeconds(21));
        mirror.message(event);

        assertThat(chatwoot.seen()).containsExactly("incoming: hello");
    }

    @Test
    void contactAndConversationAreNotMadeTwiceWhenTheirAnswersAreLost() throws Exception {
        byte[] event = Events.received("wamid.1", "hello");
        chatwoot.plan("POST .*/contacts", FakeChatwoot.loseTheAnswer());
        chatwoot.plan("POST .*/conversations", FakeChatwoot.loseTheAnswer());
        assertThatThrownBy(() -> mirror.message(event)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> mirror.message(event)).isInstanceOf(IOException.class);

        mirror.message(event);

        assertThat(chatwoot.contacts()).hasSize(1);
        assertThat(chatwoot.conversations()).hasSize(1);
        assertThat(chatwoot.seen()).hasSize(1);
    }

    @Test
    void wheneverTheProcessDiesTheMessageStandsThereOnce() throws Exception {
        int transactions = 0;
        boolean died = true;
        while (died) {
            String wamid = "wamid.death." + transactions;
            died = diesAfter(transactions++, wamid);
            clock.advance(Duration.ofSeconds(21));
            mirror.message(Events.received(wamid, wamid));
            assertThat(chatwoot.seen()).filteredOn(("incoming: " + wamid)::equals).hasSize(1);
        }
        assertThat(transactions).as("places to die at").isGreaterThan(5);
    }

    private boolean diesAfter(int transactions, String wamid) throws Exception {
        ChatwootClient own = client;
        ChatwootMirror dying =
                mirror(settings(FakeChatwoot.TOKEN, true), new Dying(database, transactions));
        try {
            dying.message(Events.received(wamid, wamid));
            return false;
        } catch (Killed killed) {
            return true;
        } finally {
            client.close();
            client = own;
        }
    }

    @Test
    void refusalsAreWhatChatwootSays() throws Exception {
        byte[] event = Events.received("wamid.1", "hello");
        chatwoot.plan(MESSAGES, FakeChatwoot.refuse(422, "{\"error\":\"Content is too long\"}"));
        assertThatThrownBy(() -> mirror.message(event))
                .isInstanceOfSatisfying(
                        HttpOperationFailedException.class,
                        refused -> {
                            assertThat(refused.getStatusCode()).isEqualTo(422);
                            assertThat(refused.getResponseBody()).isEqualTo("Content is too long");
                        });
        chatwoot.plan(MESSAGES, FakeChatwoot.refuse(429, "Retry later\n", "Retry-After", "7"));
        assertThatThrownBy(() -> mirror.message(event))
                .isInstanceOfSatisfying(
                        HttpOperationFailedException.class,
                        refused ->
                                assertThat(refused.getResponseHeaders())
                                        .containsEntry("retry-after", "7"));
        chatwoot.plan(MESSAGES, FakeChatwoot.refuse(500, ""));
        assertThatThrownBy(() -> mirror.message(event))
                .isInstanceOf(HttpOperationFailedException.class);

        mirror.message(event);

        assertThat(chatwoot.seen()).containsExactly("incoming: hello");
    }

    @Test
    void aTokenThatIsRefusedAndTheLimitOfAConversationAreNotTheEventsFault() throws Exception {
        ChatwootClient own = client;
        ChatwootMirror stranger = mirror(settings("another-token", true), database);
        assertThatThrownBy(() -> stranger.message(Events.received("wamid.1", "hello")))
                .isInstanceOf(ChatwootUnavailableException.class)
                .hasMessageContaining("HUB_CHATWOOT_API_TOKEN")
                .hasMessageContaining("Invalid Access Token");
        client.close();
        client = own;

        chatwoot.limit(1);
        mirror.message(Events.received("wamid.1", "hello"));
        assertThatThrownBy(() -> mirror.message(Events.received("wamid.2", "hello")))
                .isInstanceOf(DeliveryFailedException.class);
        clock.advance(Duration.ofSeconds(61));
        mirror.message(Events.received("wamid.2", "hello"));
        assertThat(chatwoot.seen()).hasSize(2);
    }

    @Test
    void anAccountThatIsNotThereIsNotTheEventsFault() throws Exception {
        byte[] event = Events.received("wamid.1", "hello");
        String nothing = "{\"error\":\"Resource could not be found\"}";
        chatwoot.plan("GET .*/contacts/search.*", FakeChatwoot.refuse(404, nothing));
        assertThatThrownBy(() -> mirror.message(event))
                .isInstanceOf(ChatwootUnavailableException.class)
                .hasMessageContaining("HUB_CHATWOOT_ACCOUNT_ID");
        chatwoot.plan("POST .*/conversations", FakeChatwoot.refuse(404, nothing));
        assertThatThrownBy(() -> mirror.message(event))
                .isInstanceOf(ChatwootUnavailableException.class);

        mirror.message(event);

        assertThat(chatwoot.seen()).containsExactly("incoming: hello");
    }

    @Test
    void aStatusOfWhatWasDeletedInChatwootIsPassedOver() throws Exception {
        mirror.message(Events.echoed("wamid.1", "hello"));
        chatwoot.delete(1);
        ((com.fasterxml.jackson.databind.node.ObjectNode) chatwoot.messages.get(0)).put("id", 0);

        mirror.status(Events.status("wamid.1", "delivered", ""));

        assertThat(chatwoot.requests).last().asString().startsWith("PATCH");
    }

    private static String error(JsonNode message) {
        return message.path("content_attributes").path("external_error").asText();
    }

    private static byte[] image(String wamid, String mediaId) {
        return Events.received(
                wamid,
                "image",
                "'text':'like this äöü','media':{'id':'" + mediaId + "','mimeType':'image/png'}");
    }

    private static MediaRow row(String id, MediaRow.State state, String reason) {
        return new MediaRow(
                id,
                new PhoneNumberId(Events.NUMBER),
                "c",
                "image/png",
                "latte.png",
                null,
                state,
                reason,
                1,
                (long) PICTURE.length,
                TestClock.START,
                false);
    }

    private ChatwootSettings settings(String token, boolean reopen) {
        return new ChatwootSettings(
                chatwoot.url(),
                token,
                FakeChatwoot.ACCOUNT,
                List.of(Events.NUMBER + ":" + FakeChatwoot.INBOX),
                List.of(FakeChatwoot.SECRET),
                "",
                0,
                reopen,
                true,
                Duration.ofSeconds(20),
                Duration.ofSeconds(1),
                ChatwootSettings.Files.UPLOAD,
                List.of(),
                Duration.ofMinutes(15));
    }

    private ChatwootMirror mirror(ChatwootSettings settings, DataSource database) {
        client = new ChatwootClient(settings);
        var store = new ChatwootStore(database, clock);
        return new ChatwootMirror(
                settings,
                client,
                store,
                new ChatwootConversations(settings, client, store),
                new ChatwootFiles(kept(), settings.mediaWait()),
                clock);
    }

    private ChatwootFiles.Kept kept() {
        return new ChatwootFiles.Kept() {
            @Override
            public Optional<MediaRow> find(String mediaId) {
                return Optional.ofNullable(media.get(mediaId));
            }

            @Override
            public boolean isComing(MediaRow row) {
                return row.state() == MediaRow.State.WAITING && !row.isPutOff();
            }

            @Override
            public InputStream open(MediaRow row) {
                return new ByteArrayInputStream(PICTURE);
            }
        };
    }

    private static final class Killed extends Error {}

    /** Gives so many connections, and none after. */
    private static final class Dying extends DelegatingDataSource {

        private int left;

        Dying(DataSource database, int connections) {
            super(database);
            this.left = connections;
        }

        @Override
        public Connection getConnection() throws SQLException {
            if (left == 0) {
                throw new Killed();
            }
            left--;
            return super.getConnection();
        }
    }
}
