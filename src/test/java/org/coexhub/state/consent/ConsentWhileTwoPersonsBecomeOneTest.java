package org.coexhub.state.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.scopedText;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.event.ConversationId;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.state.consent.Decision.Marketing;
import org.coexhub.state.conversation.TestConversations;
import org.coexhub.testing.Beside;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A customer changes number, and what the new number has gathered becomes part of the old one's conversation. Meanwhile
 * somebody stops marketing: it has to hold for the person, whichever of the two commits first.
 */
class ConsentWhileTwoPersonsBecomeOneTest {

    private static final PhoneNumberId BUSINESS = new PhoneNumberId(NUMBER);
    private static final long NOW = TestClock.START.getEpochSecond();
    private static final String OLD = "34600111222";
    private static final String NEW = "34600999888";
    private static final ConversationId STAYS = new ConversationId(NUMBER + ":" + OLD);
    private static final ConversationId GONE = new ConversationId(NUMBER + ":" + NEW);

    private static final byte[] CHANGE =
            messages(
                    """
                    {"from":"%s","id":"wamid.change","timestamp":"%d","type":"system",
                     "system":{"body":"changed","type":"user_changed_number","wa_id":"%s"}}\
                    """
                            .formatted(OLD, NOW + 1, NEW));

    private final TestClock clock = new TestClock();
    private final TestRouter router = new TestRouter(TestDatabase.postgres(), clock);
    private final TestConversations talks = new TestConversations(router, slices -> {}, clock);
    private final Consent consent =
            new Consent(
                    new ConsentStore(router.jdbc()),
                    talks.identities,
                    talks.conversations,
                    clock,
                    new JdbcTransactionManager(router.jdbc().getDataSource()));
    private final ConsentWatch watch =
            new ConsentWatch(
                    consent, new ConsentSettings(List.of("stop"), List.of("start")), clock);

    @Test
    void anOperatorsStopDuringTheMergeHoldsForThePerson() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        handle(messages(text(NEW, "wamid.2", NOW + 2, "hola")));
        var merged = new Pause();
        CompletableFuture<?> merge = Beside.call(() -> handle(CHANGE, Pause.NONE, merged));
        merged.reached();

        CompletableFuture<Decision> order =
                Beside.call(() -> consent.order(GONE, Marketing.STOPPED, "asked by phone"));
        awaitEndOrLock(order);
        merged.goOn();
        merge.join();

        assertThat(order.join().conversation()).isEqualTo(STAYS);
        assertStopped();
    }

    @Test
    void theCustomersStopFromTheNewNumberIsNotLeftBehindByAMergeThatOvertakesIt() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        onlyTheIdentityIsKnown();
        var projected = new Pause();
        CompletableFuture<?> word = Beside.call(() -> handle(stop(NEW), Pause.NONE, projected));
        projected.reached();

        CompletableFuture<?> merge = Beside.call(() -> handle(CHANGE, Pause.NONE, Pause.NONE));
        awaitEndOrLock(merge);
        projected.goOn();
        word.join();
        merge.join();

        assertStopped();
        assertOneConversation();
    }

    @Test
    void theCustomersStopFromTheNewNumberFollowsAMergeThatIsCommittedMeanwhile() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        onlyTheIdentityIsKnown();
        var resolved = new Pause();
        CompletableFuture<?> word = Beside.call(() -> handle(stop(NEW), resolved, Pause.NONE));
        resolved.reached();
        var merged = new Pause();
        CompletableFuture<?> merge = Beside.call(() -> handle(CHANGE, Pause.NONE, merged));
        merged.reached();

        resolved.goOn();
        awaitEndOrLock(word);
        merged.goOn();
        word.join();
        merge.join();

        assertStopped();
        assertOneConversation();
    }

    @Test
    void anIdThatJoinsDuringTheMergeLeadsToThePerson() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "stop")));
        handle(messages(text(NEW, "wamid.2", NOW + 2, "hola")));
        var resolved = new Pause();
        byte[] withId = messagesOf(NEW, "ES.5", "Ana", text(NEW, "wamid.3", NOW + 3, "soy yo"));
        CompletableFuture<?> join = Beside.call(() -> handle(withId, resolved, Pause.NONE));
        resolved.reached();
        handle(CHANGE, Pause.NONE, Pause.NONE);
        resolved.goOn();
        join.join();

        assertThat(talks.identities.find(BUSINESS, null, "ES.5")).contains(STAYS);
        assertThat(consent.standing(BUSINESS, null, "ES.5"))
                .get()
                .extracting(Decision::marketing)
                .isEqualTo(Marketing.STOPPED);
        assertThat(talks.windows.keysOf(List.of(STAYS))).contains(NUMBER + ":id:ES.5");
        assertOneConversation();
    }

    @Test
    void whoHasLookedUpTheConversationBeforeTheMergeReadsWhatStands() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        handle(messages(text(NEW, "wamid.2", NOW + 2, "stop")));
        ConversationId found = talks.identities.find(BUSINESS, NEW, null).orElseThrow();

        handle(CHANGE, Pause.NONE, Pause.NONE);

        assertThat(found).isEqualTo(GONE);
        assertThat(consent.standing(found))
                .get()
                .extracting(Decision::marketing)
                .isEqualTo(Marketing.STOPPED);
    }

    @Test
    void anOperatorsStopHoldsWhileMetaNamesTheTwoIdsOfOneCustomerTogether() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        handle(messages(scopedText("ES.5", "wamid.2", NOW - 50, "hola")));
        var merged = new Pause();
        CompletableFuture<?> link = Beside.call(() -> handle(both(OLD), Pause.NONE, merged));
        merged.reached();

        CompletableFuture<Decision> order =
                Beside.call(() -> consent.order(STAYS, Marketing.STOPPED, "asked by phone"));
        awaitEndOrLock(order);
        merged.goOn();
        link.join();

        assertThat(order.join().conversation()).isEqualTo(scoped());
        assertStoppedFor(OLD, "ES.5");
    }

    @Test
    void aStopThatStandsBeforeTheLinkIsSeenWhoeverIsAsked() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        handle(messages(scopedText("ES.5", "wamid.2", NOW - 50, "hola")));
        var resolved = new Pause();
        CompletableFuture<?> word =
                Beside.call(
                        () ->
                                handle(
                                        messages(text(OLD, "wamid.stop", NOW, "stop")),
                                        resolved,
                                        Pause.NONE));
        resolved.reached();
        handle(both(OLD));
        resolved.goOn();
        word.join();

        assertStoppedFor(OLD, "ES.5");
        assertThat(router.jdbc().queryForList("SELECT id FROM conversation", String.class))
                .containsExactly(scoped().value());
    }

    /** The id leads to the conversation of {@code NEW} by a message, and to that of {@code OLD} by a notice. */
    @ParameterizedTest(name = "the link first: {0}")
    @ValueSource(booleans = {true, false})
    void ofTwoMergesAtOnceNeitherLeavesAnythingBehind(boolean linkFirst) {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        handle(messages(text(NEW, "wamid.2", NOW + 2, "stop")));
        handle(messages(scopedText("ES.5", "wamid.3", NOW + 3, "hola")));
        byte[] notice =
                messages(
                        """
                        {"from":"%s","id":"wamid.change","timestamp":"%d","type":"system",
                         "system":{"body":"changed","type":"user_changed_number","wa_id":"%s","user_id":"ES.5"}}\
                        """
                                .formatted(OLD, NOW + 1, "34600777666"));
        var merged = new Pause();
        byte[] first = linkFirst ? both(NEW) : notice;
        byte[] second = linkFirst ? notice : both(NEW);
        CompletableFuture<?> one = Beside.call(() -> handle(first, Pause.NONE, merged));
        merged.reached();
        CompletableFuture<?> other = Beside.call(() -> handle(second, Pause.NONE, Pause.NONE));
        awaitEndOrLock(other);
        merged.goOn();
        one.join();
        other.join();

        assertStoppedFor(NEW, "ES.5");
        assertThat(
                        router.jdbc()
                                .queryForObject(
                                        "SELECT COUNT(*) FROM message m WHERE NOT EXISTS (SELECT 1"
                                                + " FROM conversation c WHERE c.id ="
                                                + " m.conversation)",
                                        Long.class))
                .isZero();
    }

    private static byte[] both(String number) {
        return messagesOf(number, "ES.5", "Ana", text(number, "wamid.both", NOW + 4, "soy yo"));
    }

    private ConversationId scoped() {
        return talks.identities.find(BUSINESS, null, "ES.5").orElseThrow();
    }

    private void assertStoppedFor(String number, String bsuid) {
        for (var decision :
                List.of(
                        consent.standing(BUSINESS, number, null),
                        consent.standing(BUSINESS, null, bsuid))) {
            assertThat(decision).get().extracting(Decision::marketing).isEqualTo(Marketing.STOPPED);
        }
    }

    /** As where the first that came of a number was an echo that is held. */
    private void onlyTheIdentityIsKnown() {
        router.handle(
                List.of(Message.of(echoes(echo(NEW, "wamid.held", NOW + 2, "buenas")))),
                batch -> {
                    talks.identities.resolve(batch);
                    List.copyOf(batch.items()).forEach(batch::withhold);
                },
                this::project);
    }

    private static byte[] stop(String from) {
        return messages(text(from, "wamid.stop", NOW + 4, "stop"));
    }

    private void assertStopped() {
        for (String number : List.of(OLD, NEW)) {
            assertThat(consent.standing(BUSINESS, number, null))
                    .get()
                    .extracting(Decision::marketing)
                    .isEqualTo(Marketing.STOPPED);
        }
        assertThat(consent.decisions(STAYS)).hasSize(1);
    }

    private void assertOneConversation() {
        assertThat(router.jdbc().queryForList("SELECT id FROM conversation", String.class))
                .containsExactly(STAYS.value());
    }

    /** Until it is over, or waits for what another has locked. */
    private void awaitEndOrLock(CompletableFuture<?> call) {
        await().atMost(Duration.ofSeconds(20)).until(() -> call.isDone() || somebodyWaits());
    }

    private boolean somebodyWaits() {
        return router.jdbc()
                        .queryForObject(
                                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname ="
                                        + " current_database() AND wait_event_type = 'Lock'",
                                Long.class)
                > 0;
    }

    private EventBatch handle(byte[] webhook) {
        return handle(webhook, Pause.NONE, Pause.NONE);
    }

    private EventBatch handle(
            byte[] webhook, Consumer<EventBatch> resolved, Consumer<EventBatch> projected) {
        Consumer<EventBatch> resolve = talks.identities::resolve;
        Consumer<EventBatch> project = this::project;
        return router.handle(
                List.of(Message.of(webhook)),
                resolve.andThen(resolved),
                project.andThen(projected));
    }

    private void project(EventBatch batch) {
        talks.project(batch);
        watch.note(batch);
    }

    /** A step of the router that waits until the test goes on. */
    private static final class Pause implements Consumer<EventBatch> {

        static final Consumer<EventBatch> NONE = batch -> {};

        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);

        @Override
        public void accept(EventBatch batch) {
            reached.countDown();
            awaitLatch(goesOn);
        }

        void reached() {
            awaitLatch(reached);
        }

        void goOn() {
            goesOn.countDown();
        }

        private static void awaitLatch(CountDownLatch latch) {
            try {
                assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
