package org.coexhub.connector.chatbot;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.connector.chatbot.TurnStore.Entry;
import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

/** A message belongs to one turn at most, and a turn keeps its messages. */
abstract class TurnStoreContract {

    private static final ConversationId ANA = new ConversationId("1:ana");
    private static final ConversationId BEN = new ConversationId("1:ben");

    private final TestClock clock = new TestClock();
    private TurnStore store;
    private OpenQuestionStore questions;

    abstract DataSource database();

    @BeforeEach
    void open() {
        DataSource database = database();
        store = new TurnStore(database, clock);
        questions = new OpenQuestionStore(database, clock);
    }

    @Test
    void aTurnTakesAllThatWaitsInItsConversationAndKeepsIt() {
        note(ANA, "a1");
        note(BEN, "b1");
        Entry second = note(ANA, "a2");

        assertThat(store.waiting(ANA))
                .extracting(e -> e.event().value())
                .containsExactly("a1", "a2");
        assertThat(turn(second)).containsExactly("a1", "a2");

        note(ANA, "a3");
        assertThat(turn(note(ANA, "a2"))).as("again, after a crash").containsExactly("a1", "a2");
        assertThat(note(ANA, "a1").waits()).isFalse();
        assertThat(turn(note(ANA, "a3"))).containsExactly("a3");
        assertThat(store.waiting(BEN)).hasSize(1);
        assertThat(questions.lastAsked(ANA)).isEqualTo(new EventId("a3"));
    }

    @Test
    void aFailedTurnGivesItsMessagesBackWithTheirTriesCounted() {
        turn(note(ANA, "a1"));
        store.failed(ANA, new EventId("a1"), true);
        Entry second = note(ANA, "a2");

        assertThat(store.turn(ANA, second)).extracting(Entry::tries).containsExactly(1, 0);
        assertThat(store.turnsWithin(ANA, Duration.ofMinutes(5))).isEqualTo(1);
        clock.advance(Duration.ofMinutes(6));
        assertThat(store.turnsWithin(ANA, Duration.ofMinutes(5))).isZero();
    }

    /** A bot may have put it into a choice; the customer who takes that choice is heard. */
    @Test
    void aPayloadWithACharacterThatNoTextMayHoldIsKeptWithoutIt() {
        var tap = new EventId("a1");

        assertThat(store.note(ANA, tap, "order\u0000 7").payload()).isEqualTo("order 7");
    }

    @Test
    void whatIsPassedOverIsNobodysTurn() {
        note(ANA, "a1");
        store.passOver(ANA);

        assertThat(store.waiting(ANA)).isEmpty();
        assertThat(turn(note(ANA, "a2"))).containsExactly("a2");
        assertThat(note(ANA, "a1").asks()).isFalse();
        clock.advance(Duration.ofDays(31));
        note(ANA, "a3");
        store.tidy(Duration.ofDays(30));
        assertThat(store.find(new EventId("a1"))).isEmpty();
        assertThat(store.find(new EventId("a3"))).isPresent();
    }

    @Test
    void thePayloadIsThatOfTheFirstSight() {
        store.note(ANA, new EventId("a1"), "/buy{1}");

        assertThat(note(ANA, "a1").payload()).isEqualTo("/buy{1}");
    }

    @Test
    void anAnswerThatDoesNotComeIsOverdueUntilSomethingIsHeard() {
        questions.waitFor(ANA, new EventId("a1"));
        questions.waitFor(BEN, new EventId("b1"));
        questions.heard(BEN);
        assertThat(questions.overdue(Duration.ofSeconds(10))).isEmpty();

        clock.advance(Duration.ofSeconds(11));

        assertThat(questions.overdue(Duration.ofSeconds(10)))
                .isEqualTo(List.of(new OpenQuestionStore.Overdue(ANA, new EventId("a1"))));
    }

    @Test
    void aCustomerWhoKeepsAskingHasWaitedSinceTheFirstQuestion() {
        questions.waitFor(ANA, new EventId("a1"));
        for (String event : List.of("a2", "a3")) {
            clock.advance(Duration.ofSeconds(6));
            questions.waitFor(ANA, new EventId(event));
        }

        assertThat(questions.overdue(Duration.ofSeconds(10)))
                .containsExactly(new OpenQuestionStore.Overdue(ANA, new EventId("a3")));
        questions.heard(ANA);
        questions.waitFor(ANA, new EventId("a4"));
        assertThat(questions.overdue(Duration.ofSeconds(10))).isEmpty();
    }

    @Test
    void whoeverGivesUpAnAnswerStillWaitsForThatToALaterEvent() {
        questions.waitFor(ANA, new EventId("a1"));
        questions.waitFor(ANA, new EventId("a2"));
        clock.advance(Duration.ofSeconds(11));

        questions.givenUp(new OpenQuestionStore.Overdue(ANA, new EventId("a1")));
        assertThat(questions.overdue(Duration.ofSeconds(10))).hasSize(1);
        questions.givenUp(new OpenQuestionStore.Overdue(ANA, new EventId("a2")));
        assertThat(questions.overdue(Duration.ofSeconds(10))).isEmpty();
    }

    @Test
    void whatIsOfferedHoldsUntilTheBotOffersAnew() {
        questions.offer(ANA, Map.of("1", "/one"));
        assertThat(questions.offered(ANA).path("1").asText()).isEqualTo("/one");
        assertThat(questions.offered(BEN).isMissingNode()).isTrue();

        questions.offer(ANA, Map.of());

        assertThat(questions.offered(ANA).isMissingNode()).isTrue();
    }

    private Entry note(ConversationId conversation, String event) {
        return store.note(conversation, new EventId(event), null);
    }

    private List<String> turn(Entry entry) {
        return store.turn(ANA, entry).stream().map(e -> e.event().value()).toList();
    }
}
