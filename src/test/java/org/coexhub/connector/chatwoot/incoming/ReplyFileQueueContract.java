package org.coexhub.connector.chatwoot.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.coexhub.connector.chatwoot.Events;
import org.coexhub.connector.chatwoot.FakeChatwoot;
import org.coexhub.connector.chatwoot.client.ChatwootClient;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.client.ChatwootStore.Room;
import org.coexhub.connector.chatwoot.client.FileHosts;
import org.coexhub.state.media.MediaRefusedException;
import org.coexhub.state.media.OutgoingMedia;
import org.coexhub.testing.HeldRows;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.sql.DataSource;

/** Files of agents on their way to Meta, on every database. */
abstract class ReplyFileQueueContract {

    private static final int LARGEST = 512;

    @TempDir private Path workshop;

    private final ObjectMapper json = new ObjectMapper();
    private final TestClock clock = new TestClock();
    private final FakeChatwoot chatwoot = new FakeChatwoot(clock);
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<String> uploads = new ArrayList<>();
    private MediaRefusedException refusal;
    private RuntimeException fault;
    private ChatwootStore store;
    private ChatwootClient client;
    private AgentFiles files;
    private GivenUpReplies givenUp;
    private ReplyFileQueue waiting;
    private AgentReplies replies;
    private DataSource database;
    private long conversation;

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        database = freshDatabase();
        ChatwootSettings settings = settings(chatwoot.url());
        store = new ChatwootStore(database, clock);
        client = new ChatwootClient(settings);
        files =
                new AgentFiles(
                        workshop,
                        new FileHosts(chatwoot.url(), List.of()),
                        (number, bytes, name, type) -> {
                            if (fault != null) {
                                throw fault;
                            }
                            if (refusal != null) {
                                throw refusal;
                            }
                            uploads.add(number.value() + " " + name + " " + type);
                            return new OutgoingMedia.Handle(
                                    "id-of-" + name, TestClock.START, false);
                        },
                        LARGEST);
        replies =
                new AgentReplies(
                        settings,
                        store,
                        new Recipients(settings, store, known -> Optional.empty()),
                        (from, key, caller) -> {});
        givenUp =
                new GivenUpReplies(
                        client, store, replies, database, clock, new SimpleMeterRegistry());
        waiting = new ReplyFileQueue(settings, store, replies, files, givenUp, database, clock);
        conversation = chatwoot.begin("+491701234567");
        store.link(Events.CONVERSATION, new Room(conversation, FakeChatwoot.INBOX, 0));
    }

    @AfterEach
    void close() throws Exception {
        files.close();
        client.close();
        chatwoot.close();
        camel.close();
    }

    @Test
    void aFileIsBroughtToMetaAndWhatIsWrittenAfterItComesAfterIt() throws Exception {
        assertThat(waits(reply("the menu", "menu.png"))).isTrue();
        assertThat(waits(reply("enjoy"))).isTrue();

        List<JsonNode> first = handedIn();
        List<JsonNode> second = handedIn();

        assertThat(uploads).containsExactly(Events.NUMBER + " menu.png image/png");
        assertThat(first).hasSize(1);
        assertThat(first.getFirst().path("image").path("id").asText()).isEqualTo("id-of-menu.png");
        assertThat(first.getFirst().path("image").path("caption").asText()).isEqualTo("the menu");
        assertThat(second.getFirst().path("text").path("body").asText()).isEqualTo("enjoy");
        assertThat(handedIn()).isEmpty();
        assertThat(waits(reply("later"))).isFalse();
        try (Stream<Path> left = Files.list(workshop)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aNodeThatDiesLeavesTheReplyToTheNext() throws Exception {
        waits(reply("the menu", "menu.png"));
        assertThat(waiting.ready(new DefaultExchange(camel))).hasSize(1);

        assertThat(handedIn()).as("while the first may still be at it").isEmpty();
        clock.advance(Duration.ofMinutes(3));
        assertThat(handedIn()).as("while it only looks over by a node's clock").isEmpty();
        HeldRows.age(JdbcClient.create(database), "chatwoot_reply", Duration.ofMinutes(3));

        assertThat(handedIn()).hasSize(1);
        assertThat(handedIn()).isEmpty();
    }

    @Test
    void aReplyThatWasTakenDoesNotWaitAgain() throws Exception {
        JsonNode reply = reply("the menu", "menu.png");
        waits(reply);
        handedIn();

        waits(reply);

        assertThat(handedIn()).isEmpty();
        assertThat(uploads).hasSize(1);
    }

    @Test
    void whatWhatsAppDoesNotTakeIsShownAsFailedAndTheNextGoesOn() throws Exception {
        refusal = new MediaRefusedException(MediaRefusedException.Kind.TYPE, "no such files");
        JsonNode voice = reply(null, "voice.webm");
        waits(voice);
        waits(reply("did you hear that?"));

        List<JsonNode> commands = handedIn();

        JsonNode shown = chatwoot.message(voice.path("id").asLong());
        assertThat(shown.path("status").asText()).isEqualTo("failed");
        assertThat(shown.path("content_attributes").path("external_error").asText())
                .isEqualTo("no such files");
        assertThat(commands).hasSize(1);
        assertThat(commands.getFirst().path("text").path("body").asText())
                .isEqualTo("did you hear that?");
    }

    @Test
    void aFileLargerThanAnyThatWhatsAppTakesIsNotStored() throws Exception {
        JsonNode film = reply("the film", "long".repeat(LARGEST) + ".png");
        waits(film);

        assertThat(handedIn()).isEmpty();

        assertThat(uploads).isEmpty();
        assertThat(chatwoot.message(film.path("id").asLong()).path("status").asText())
                .isEqualTo("failed");
        try (Stream<Path> left = Files.list(workshop)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aFileWithoutAnAddressHoldsUpNobodyForEver() throws Exception {
        JsonNode picture = reply("the menu", "menu.png");
        ((ObjectNode) picture.path("attachments").path(0)).put("data_url", "https:menu.png");
        waits(picture);
        assertThat(handedIn()).isEmpty();
        clock.advance(Duration.ofMinutes(20));

        assertThat(handedIn()).isEmpty();

        assertThat(chatwoot.message(picture.path("id").asLong()).path("status").asText())
                .isEqualTo("failed");
    }

    @Test
    void aFileOnAHostThatIsNotAllowedIsNotEvenAskedFor() throws Exception {
        try (var other = new FakeChatwoot(clock)) {
            JsonNode named = reply("look at this", "menu.png");
            ((ObjectNode) named.path("attachments").path(0))
                    .put("data_url", other.url() + "/storage/menu.png");
            JsonNode led = reply("and at that", "menu.png");
            chatwoot.plan(
                    "GET /storage/.*",
                    FakeChatwoot.refuse(302, "", "Location", other.url() + "/storage/menu.png"));
            waits(named);
            waits(led);
            waits(reply("well?"));

            assertThat(handedIn()).hasSize(1);

            assertThat(other.requests).isEmpty();
            assertThat(uploads).isEmpty();
            for (JsonNode refused : List.of(named, led)) {
                JsonNode shown = chatwoot.message(refused.path("id").asLong());
                assertThat(shown.path("status").asText()).isEqualTo("failed");
                assertThat(shown.path("content_attributes").path("external_error").asText())
                        .contains(
                                URI.create(other.url()).getAuthority(), "HUB_CHATWOOT_FILE_HOSTS");
            }
        }
    }

    @Test
    void aFileThatCannotBeHadNowIsTriedAgainForAWhile() throws Exception {
        JsonNode picture = reply("the menu", "menu.png");
        waits(picture);
        chatwoot.plan("GET /storage/.*", FakeChatwoot.refuse(503, ""));
        assertThat(handedIn()).isEmpty();
        refusal =
                new MediaRefusedException(
                        MediaRefusedException.Kind.META, "Meta cannot be reached");
        clock.advance(Duration.ofSeconds(6));
        assertThat(handedIn()).isEmpty();
        assertThat(chatwoot.message(picture.path("id").asLong()).path("status").asText())
                .isEqualTo("sent");

        refusal =
                new MediaRefusedException(
                        MediaRefusedException.Kind.NO_ROOM, "the hub's disk is too full");
        clock.advance(Duration.ofSeconds(20));
        assertThat(handedIn()).isEmpty();
        assertThat(chatwoot.message(picture.path("id").asLong()).path("status").asText())
                .isEqualTo("sent");

        clock.advance(Duration.ofMinutes(20));
        assertThat(handedIn()).isEmpty();

        assertThat(chatwoot.message(picture.path("id").asLong()).path("status").asText())
                .isEqualTo("failed");
        clock.advance(Duration.ofHours(1));
        refusal = null;
        assertThat(handedIn()).isEmpty();
    }

    @Test
    void aReplyTheHubFailsAtIsGivenUpAndTheNextGoesOn() throws Exception {
        JsonNode picture = reply("the menu", "menu.png");
        waits(picture);
        waits(reply("enjoy"));
        fault = new IllegalStateException("quotes the customer");

        List<JsonNode> commands = handedIn();

        assertThat(error(picture)).startsWith("internal_error").doesNotContain("customer");
        assertThat(commands).hasSize(1);
        assertThat(commands.getFirst().path("text").path("body").asText()).isEqualTo("enjoy");
        fault = null;
        clock.advance(Duration.ofMinutes(3));
        assertThat(handedIn()).as("what was given up is never sent").isEmpty();
    }

    @Test
    void aFailureThatPassesIsWaitedOut() throws Exception {
        waits(reply("the menu", "menu.png"));
        fault = new IllegalStateException(new SQLTransientException("no connection is free"));
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(this::handedIn).isSameAs(fault);
            clock.advance(Duration.ofMinutes(3));
            HeldRows.age(JdbcClient.create(database), "chatwoot_reply", Duration.ofMinutes(3));
        }

        fault = null;

        assertThat(handedIn()).hasSize(1);
    }

    @Test
    void whatIsGivenUpIsToldWhenChatwootIsBackAndHoldsUpNobody() throws Exception {
        refusal = new MediaRefusedException(MediaRefusedException.Kind.TYPE, "no such files");
        JsonNode picture = reply("the menu", "menu.png");
        waits(picture);
        waits(reply("enjoy"));
        chatwoot.plan("PATCH .*", FakeChatwoot.refuse(503, ""));

        assertThat(handedIn()).as("the one behind it").hasSize(1);
        refusal = null;
        clock.advance(Duration.ofMinutes(1));

        assertThat(handedIn()).as("what was given up is never sent").isEmpty();
        assertThat(error(picture)).isEqualTo("no such files");
        assertThat(waits(reply("later"))).isFalse();
    }

    @Test
    void whatChatwootRefusesToShowIsToldOnce() throws Exception {
        refusal = new MediaRefusedException(MediaRefusedException.Kind.TYPE, "no such files");
        waits(reply("the menu", "menu.png"));
        chatwoot.plan("PATCH .*", FakeChatwoot.refuse(404, "{}"));

        handedIn();
        clock.advance(Duration.ofHours(1));
        handedIn();

        assertThat(tellings()).isEqualTo(1);
    }

    @Test
    void tellingEndsAfterADay() throws Exception {
        refusal = new MediaRefusedException(MediaRefusedException.Kind.TYPE, "no such files");
        waits(reply("the menu", "menu.png"));
        for (int i = 0; i < 3; i++) {
            chatwoot.plan("PATCH .*", FakeChatwoot.refuse(503, ""));
        }
        handedIn();
        clock.advance(Duration.ofHours(23));
        handedIn();
        clock.advance(Duration.ofHours(2));
        handedIn();
        assertThat(tellings()).isEqualTo(3);

        clock.advance(Duration.ofHours(2));
        handedIn();

        assertThat(tellings()).isEqualTo(3);
    }

    /** As by each look at what was missed, while Chatwoot does not take it. */
    @Test
    void whatIsGivenUpAgainKeepsItsReasonItsPauseAndItsDay() throws Exception {
        long picture = reply("the menu", "menu.png").path("id").asLong();
        for (int i = 0; i < 3; i++) {
            chatwoot.plan("PATCH .*", FakeChatwoot.refuse(503, ""));
        }
        givenUp.add(conversation, picture, "no such files");
        givenUp.tell();
        givenUp.add(conversation, picture, "another");
        givenUp.tell();
        assertThat(tellings()).as("before its pause is over").isEqualTo(1);
        for (int hours : List.of(23, 2)) {
            clock.advance(Duration.ofHours(hours));
            givenUp.add(conversation, picture, "another");
            givenUp.tell();
        }
        assertThat(tellings()).isEqualTo(3);

        clock.advance(Duration.ofHours(2));
        givenUp.tell();

        assertThat(tellings()).as("its day was over").isEqualTo(3);
    }

    /** No address can be made of these settings, so each call fails in the client, as by any fault of ours. */
    @Test
    void oneThatTheHubFailsToTellHoldsUpNoOtherAndEndsAfterADay() throws Exception {
        try (var faulty = new ChatwootClient(settings("http://127.0.0.1/%"))) {
            var failing =
                    new GivenUpReplies(
                            faulty, store, replies, database, clock, new SimpleMeterRegistry());
            long first = reply("one").path("id").asLong();
            long second = reply("two").path("id").asLong();
            failing.add(conversation, first, "no such files");
            failing.add(conversation, second, "no such files");

            failing.tell();

            assertThat(tries()).as("each has had its turn").containsExactly(1, 1);
            failing.tell();
            assertThat(tries()).as("before its pause is over").containsExactly(1, 1);
            clock.advance(Duration.ofHours(25));
            failing.tell();

            assertThat(tries()).as("its day is over").isEmpty();
            assertThat(store.knows(first)).isTrue();
            assertThat(tellings()).isZero();
        }
    }

    private List<Integer> tries() {
        return JdbcClient.create(database)
                .sql("SELECT tries FROM chatwoot_reply ORDER BY message_id")
                .query(Integer.class)
                .list();
    }

    private ChatwootSettings settings(String url) {
        return new ChatwootSettings(
                url,
                FakeChatwoot.TOKEN,
                1,
                List.of(Events.NUMBER + ":" + FakeChatwoot.INBOX),
                List.of(FakeChatwoot.SECRET),
                "",
                0,
                true,
                true,
                Duration.ofSeconds(20),
                Duration.ZERO,
                ChatwootSettings.Files.UPLOAD,
                List.of(),
                Duration.ZERO);
    }

    private long tellings() {
        return chatwoot.requests.stream().filter(r -> r.startsWith("PATCH")).count();
    }

    private String error(JsonNode reply) {
        JsonNode shown = chatwoot.message(reply.path("id").asLong());
        assertThat(shown.path("status").asText()).isEqualTo("failed");
        return shown.path("content_attributes").path("external_error").asText();
    }

    private boolean waits(JsonNode told) {
        return waiting.waits(AgentMessage.ofWebhook(told), told);
    }

    private JsonNode reply(String text, String... names) {
        var attachments = new ArrayList<String>();
        for (String name : names) {
            attachments.add(name.endsWith(".png") ? "image" : "audio");
            attachments.add(chatwoot.url() + "/blobs/" + name);
        }
        long id = chatwoot.reply(conversation, text, attachments.toArray(String[]::new));
        ObjectNode told = (ObjectNode) chatwoot.message(id);
        return told.set("conversation", chatwoot.conversations().get(0));
    }

    private List<JsonNode> handedIn() throws Exception {
        Exchange exchange = new DefaultExchange(camel);
        var commands = new ArrayList<JsonNode>();
        for (Reply reply : waiting.ready(exchange)) {
            commands.add(json.readTree(reply.getCommand()));
            store.written(reply.getKey(), reply.origin().conversation(), reply.origin().message());
        }
        waiting.done(exchange);
        return commands;
    }
}
