package org.coexhub.connector.chatwoot.incoming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.coexhub.connector.chatwoot.Events;
import org.coexhub.connector.chatwoot.FakeChatwoot;
import org.coexhub.connector.chatwoot.client.ChatwootClient;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

/** Replies of agents whose webhook was lost. */
class MissedReplyPollerTest {

    private static final long OTHER_INBOX = FakeChatwoot.INBOX + 1;

    private final TestClock clock = new TestClock();
    private final FakeChatwoot chatwoot = new FakeChatwoot(clock);
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final DataSource database = TestDatabase.postgres();
    private final ChatwootStore store = new ChatwootStore(database, clock);
    private ChatwootClient client;
    private GivenUpReplies givenUp;
    private MissedReplyPoller missed;

    /** What the taking of this text fails with. */
    private final Map<String, RuntimeException> faults = new HashMap<>();

    @BeforeEach
    void open() {
        var settings =
                new ChatwootSettings(
                        chatwoot.url(),
                        FakeChatwoot.TOKEN,
                        1,
                        List.of(
                                "700100200399:" + OTHER_INBOX,
                                Events.NUMBER + ":" + FakeChatwoot.INBOX),
                        List.of(FakeChatwoot.SECRET),
                        "",
                        0,
                        true,
                        true,
                        Duration.ofSeconds(20),
                        Duration.ZERO,
                        ChatwootSettings.Files.UPLOAD,
                        List.of(),
                        Duration.ofMinutes(15));
        client = new ChatwootClient(settings);
        var replies =
                new AgentReplies(
                        settings,
                        store,
                        new Recipients(settings, store, conversation -> Optional.empty()),
                        (from, key, caller) -> {});
        givenUp =
                new GivenUpReplies(
                        client, store, replies, database, clock, new SimpleMeterRegistry());
        missed =
                new MissedReplyPoller(
                        settings,
                        client,
                        store,
                        (message, told) -> {
                            if (faults.containsKey(message.content())) {
                                throw faults.get(message.content());
                            }
                            return replies.of(message);
                        },
                        givenUp,
                        clock);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        chatwoot.close();
        camel.close();
    }

    @Test
    void aReplyWhoseWebhookWasLostIsTakenOnce() {
        long conversation = chatwoot.begin("+491701234567");
        chatwoot.reply(conversation, "written before the hub was there");
        clock.advance(Duration.ofMinutes(1));
        assertThat(looked()).isEmpty();

        long lost = chatwoot.reply(conversation, "hello");
        chatwoot.note(conversation, "not for the customer");
        assertThat(looked()).as("its webhook may still come").isEmpty();
        clock.advance(Duration.ofSeconds(30));

        assertThat(looked()).containsExactly("chatwoot:1:" + lost);
        store.written("chatwoot:1:" + lost, conversation, lost);
        assertThat(looked()).isEmpty();
    }

    @Test
    void whatWasNotHandedInIsFoundAgain() {
        looked();
        long conversation = chatwoot.begin("+491701234567");
        long lost = chatwoot.reply(conversation, "hello");
        clock.advance(Duration.ofMinutes(5));

        Exchange broken = new DefaultExchange(camel);
        assertThat(missed.look(broken)).hasSize(1);
        clock.advance(Duration.ofMinutes(5));

        assertThat(looked()).containsExactly("chatwoot:1:" + lost);
    }

    @Test
    void anAnswerNobodyWaitsForAnyMoreIsNotSent() {
        looked();
        long conversation = chatwoot.begin("+491701234567");
        chatwoot.reply(conversation, "long ago");
        clock.advance(Duration.ofMinutes(10));
        long later = chatwoot.reply(conversation, "ten minutes ago");
        clock.advance(Duration.ofMinutes(10));

        assertThat(looked()).containsExactly("chatwoot:1:" + later);
    }

    @Test
    void busyConversationsAreReadToTheEnd() {
        looked();
        for (int i = 0; i < 30; i++) {
            long conversation = chatwoot.begin("+4917012345" + (10 + i));
            for (int j = 0; j < 25; j++) {
                chatwoot.reply(conversation, "reply " + j);
            }
        }
        clock.advance(Duration.ofMinutes(1));

        assertThat(looked()).hasSize(30 * 25).doesNotHaveDuplicates();
    }

    @Test
    void anInboxThatCannotBeReadIsReadLater() {
        looked();
        long conversation = chatwoot.begin("+491701234567");
        long lost = chatwoot.reply(conversation, "hello");
        clock.advance(Duration.ofMinutes(1));
        chatwoot.plan("GET .*/messages", FakeChatwoot.refuse(502, "bad gateway"));
        assertThat(looked()).isEmpty();

        assertThat(looked()).containsExactly("chatwoot:1:" + lost);
    }

    @Test
    void anInboxTheHubFailsAtKeepsNoOtherFromBeingRead() {
        JdbcClient.create(database)
                .sql("ALTER TABLE chatwoot_watch ADD CHECK (inbox_id <> " + OTHER_INBOX + ")")
                .update();
        looked();
        long lost = chatwoot.reply(chatwoot.begin("+491701234567"), "hello");
        clock.advance(Duration.ofMinutes(1));

        assertThat(looked()).containsExactly("chatwoot:1:" + lost);
    }

    @Test
    void aReplyThatCannotBeSentIsShownAsFailed() {
        looked();
        long conversation = chatwoot.begin("");
        long reply = chatwoot.reply(conversation, "hello");
        clock.advance(Duration.ofMinutes(1));

        assertThat(looked()).isEmpty();

        assertThat(chatwoot.message(reply).path("status").asText()).isEqualTo("failed");
        assertThat(looked()).isEmpty();
        assertThat(chatwoot.requests).filteredOn(r -> r.startsWith("PATCH")).hasSize(1);
    }

    @Test
    void aReplyOfWhichChatwootWantsToHearNothingKeepsNoOtherFromBeingSent() {
        looked();
        long other = chatwoot.reply(chatwoot.begin("+491701234567"), "hello");
        clock.advance(Duration.ofSeconds(5));
        chatwoot.reply(chatwoot.begin(""), "hello");
        clock.advance(Duration.ofMinutes(1));
        chatwoot.plan("PATCH .*", FakeChatwoot.refuse(404, "{}"));

        assertThat(looked()).containsExactly("chatwoot:1:" + other);
    }

    @Test
    void aReplyWithoutATimeKeepsNoOtherFromBeingFound() {
        looked();
        long first = chatwoot.reply(chatwoot.begin("+491701234567"), "hello");
        long odd = chatwoot.reply(chatwoot.begin("+491701234568"), "when?");
        chatwoot.forgetTime(odd);
        long third = chatwoot.reply(chatwoot.begin("+491701234569"), "hello");
        clock.advance(Duration.ofMinutes(1));

        assertThat(looked())
                .containsExactlyInAnyOrder("chatwoot:1:" + first, "chatwoot:1:" + third);
    }

    @Test
    void aReplyTheHubFailsAtIsGivenUpAndTheOthersAreTaken() {
        looked();
        long conversation = chatwoot.begin("+491701234567");
        long bad = chatwoot.reply(conversation, "bad");
        long next = chatwoot.reply(conversation, "hello");
        faults.put("bad", new IllegalStateException("quotes the customer"));
        clock.advance(Duration.ofMinutes(1));

        assertThat(looked()).containsExactly("chatwoot:1:" + next);

        JsonNode shown = chatwoot.message(bad);
        assertThat(shown.path("status").asText()).isEqualTo("failed");
        assertThat(shown.path("content_attributes").path("external_error").asText())
                .startsWith("internal_error")
                .doesNotContain("customer");
        faults.clear();
        store.written("chatwoot:1:" + next, conversation, next);
        assertThat(looked()).as("what was given up is never sent").isEmpty();
    }

    @Test
    void whileTheDatabaseIsAwayNothingIsGivenUp() {
        looked();
        long reply = chatwoot.reply(chatwoot.begin("+491701234567"), "hello");
        faults.put("hello", new IllegalStateException(new SQLTransientException("pool")));
        clock.advance(Duration.ofMinutes(1));
        assertThatThrownBy(this::looked).hasRootCauseMessage("pool");

        faults.clear();

        assertThat(looked()).containsExactly("chatwoot:1:" + reply);
    }

    @Test
    void aConversationThatCannotBeReadKeepsNoOtherFromBeingRead() {
        looked();
        long first = chatwoot.reply(chatwoot.begin("+491701234567"), "hello");
        long second = chatwoot.reply(chatwoot.begin("+491701234568"), "hello");
        clock.advance(Duration.ofMinutes(1));
        chatwoot.plan("GET .*/messages", FakeChatwoot.refuse(500, "{}"));

        List<String> readable = looked();
        assertThat(readable).hasSize(1);

        assertThat(looked())
                .containsExactlyInAnyOrder("chatwoot:1:" + first, "chatwoot:1:" + second);
    }

    private List<String> looked() {
        Exchange exchange = new DefaultExchange(camel);
        List<Reply> found = missed.look(exchange);
        missed.looked(exchange);
        givenUp.tell();
        return found.stream().map(Reply::getKey).toList();
    }
}
