package org.coexhub.state.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.coexhub.testing.MetaBodies.ACCOUNT;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.contacts;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.history;
import static org.coexhub.testing.MetaBodies.historyFile;
import static org.coexhub.testing.MetaBodies.imported;
import static org.coexhub.testing.MetaBodies.list;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.one;
import static org.coexhub.testing.MetaBodies.placeholder;
import static org.coexhub.testing.MetaBodies.scopedText;
import static org.coexhub.testing.MetaBodies.status;
import static org.coexhub.testing.MetaBodies.statuses;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Slice;
import org.coexhub.event.WabaId;
import org.coexhub.event.Wamid;
import org.coexhub.event.typing.WebhookReader;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.inbound.eventlog.InternalSlice;
import org.coexhub.inbound.eventlog.OwnEvents;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.platform.broker.BrokerUnavailableException;
import org.coexhub.testing.Beside;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import javax.sql.DataSource;

/** What is known of conversations after the router has handled events; the same on every database. */
abstract class ConversationContract {

    private static final PhoneNumberId BUSINESS = new PhoneNumberId(NUMBER);
    private static final long NOW = TestClock.START.getEpochSecond();
    private static final String ANA = "34600111222";
    private static final ConversationId WITH_ANA = new ConversationId(NUMBER + ":" + ANA);
    private static final String GROUP = "group-1";
    private static final Duration SILENCE = Duration.ofHours(12);
    private static final HandoverSettings SETTINGS = new HandoverSettings(SILENCE, "#bot");

    private final TestClock clock = new TestClock();
    private DataSource database;
    private TestRouter router;
    private JdbcTemplate jdbc;
    private IdentityGraph identities;
    private ConversationStore conversations;
    private MessageStore messageStore;
    private NumberStore numbers;
    private HistoryImports imports;
    private Onboarding onboarding;
    private Projector projector;
    private OwnEvents ownEvents;
    private Handover handover;

    /** Events of the hub's own making, as they stand in the journal. */
    private final List<HubEvent> published = new ArrayList<>();

    private boolean journalAway;
    private Runnable whileAppending = () -> {};

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        database = freshDatabase();
        router = new TestRouter(database, clock);
        jdbc = router.jdbc();
        conversations = new ConversationStore(jdbc);
        messageStore = new MessageStore(jdbc);
        numbers = new NumberStore(jdbc);
        imports = new HistoryImports(jdbc, clock);
        onboarding = new Onboarding(jdbc);
        identities = new IdentityGraph(jdbc, numbers, conversations, router.meters());
        projector = projector(conversations);
        ownEvents = router.ownEvents(this::append);
        handover =
                new Handover(
                        conversations,
                        identities,
                        SETTINGS,
                        clock,
                        ownEvents,
                        new JdbcTransactionManager(database));
    }

    private EndedTakeovers endedTakeovers(ConversationStore store) {
        return new EndedTakeovers(store, ownEvents, clock, new JdbcTransactionManager(database));
    }

    @Test
    void aCustomersMessageOpensTheWindowByMetasTimeNotByReceipt() {
        handle(messages(text(ANA, "wamid.1", NOW - 3600, "hola")));
        clock.advance(Duration.ofHours(5));

        Conversation conversation = withAna();
        assertThat(conversation.window().until())
                .isEqualTo(TestClock.START.minusSeconds(3600).plus(Duration.ofHours(24)));
        assertThat(conversation.window().openAt(TestClock.START.plusSeconds(82_799))).isTrue();
        assertThat(conversation.window().openAt(TestClock.START.plusSeconds(82_800))).isFalse();
    }

    @Test
    void anOlderMessageThatComesLateDoesNotShortenTheWindow() {
        handle(messages(text(ANA, "wamid.2", NOW - 60, "dos")));
        handle(messages(text(ANA, "wamid.1", NOW - 7200, "uno")));

        assertThat(withAna().window().until())
                .isEqualTo(Instant.ofEpochSecond(NOW - 60).plus(Window.LENGTH));
    }

    @Test
    void historyAndEchoesAndStatusesOpenNoWindowAndHistoryWakesOrSilencesNobody() {
        handle(history(ANA, imported(ANA, "wamid.h", NOW - 60, "antes")));
        assertThat(withAna().window().until()).isNull();
        assertThat(personHasIt()).isFalse();

        handle(statuses(status(ANA, "wamid.s", NOW - 50, "delivered")));
        handle(echoes(echo(ANA, "wamid.e", NOW - 40, "buenas")));
        assertThat(withAna().window().until()).isNull();
    }

    @Test
    void theSameMessagesAgainLeaveTheSameState() {
        var batch =
                List.of(
                        Message.of(messages(text(ANA, "wamid.1", NOW - 100, "uno"))),
                        Message.of(echoes(echo(ANA, "wamid.2", NOW - 90, "dos"))),
                        Message.of(statuses(status(ANA, "wamid.2", NOW - 80, "delivered"))),
                        Message.of(statuses(status(ANA, "wamid.2", NOW - 85, "sent"))),
                        Message.of(
                                contacts(
                                        """
                                        {"type":"contact","action":"add","contact":{"full_name":"Ana P",\
                                        "first_name":"Ana","phone_number":"%s"},"metadata":{"timestamp":"%d"}}\
                                        """
                                                .formatted(ANA, NOW - 70))));
        router.handle(batch, identities::resolve, projector::project);
        List<Object> before = wholeState();

        EventBatch again = router.handle(batch, identities::resolve, projector::project);

        assertThat(again.accepted()).isNotEmpty();
        assertThat(wholeState()).isEqualTo(before);
    }

    @Test
    void whatFollowedFromAnEventFollowsOnceHoweverOftenItComesAgain() {
        var batch =
                List.of(
                        Message.of(
                                echoes(
                                        echo(ANA, "wamid.1", NOW - 90, "yo me encargo"),
                                        echo(ANA, "wamid.2", NOW - 80, "#bot"),
                                        echo(ANA, "wamid.3", NOW - 70, "otra cosa"))));
        List<String> first = ids(router.handle(batch, identities::resolve, projector::project));

        List<String> again = ids(router.handle(batch, identities::resolve, projector::project));

        assertThat(first).hasSize(6);
        assertThat(again).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(first);
    }

    @Test
    void anEchoThatComesAgainAfterACrashDoesNotOverruleTheOperator() {
        var batch = List.of(Message.of(echoes(echo(ANA, "wamid.1", NOW - 90, "hola"))));
        router.handle(batch, identities::resolve, projector::project);
        order(false, null);

        router.handle(batch, identities::resolve, projector::project);

        assertThat(personHasIt()).isFalse();
    }

    @Test
    void statusesOnlyGoUpInWhateverOrderTheyCome() {
        List<String> words = List.of("sent", "delivered", "read", "played");
        for (int round = 0; round < 12; round++) {
            String wamid = "wamid.r" + round;
            var shuffled = new ArrayList<>(words);
            Collections.shuffle(shuffled, new Random(round));
            int highest = -1;
            for (String word : shuffled) {
                EventBatch batch = handle(statuses(status(ANA, wamid, NOW, word)));
                boolean superseded = batch.accepted().getFirst().extras().containsKey("superseded");
                assertThat(superseded).isEqualTo(words.indexOf(word) < highest);
                highest = Math.max(highest, words.indexOf(word));
            }
            assertThat(stateOf(wamid)).isEqualTo("played");
        }
    }

    @Test
    void aStatusThatComesBeforeItsMessageIsKept() {
        handle(statuses(status(ANA, "wamid.1", NOW, "delivered")));
        handle(echoes(echo(ANA, "wamid.1", NOW - 5, "hola")));

        var shown = messageStore.ofConversation(WITH_ANA, 10, 0);
        assertThat(shown).hasSize(1);
        assertThat(shown.getFirst().state()).isEqualTo("delivered");
        assertThat(shown.getFirst().origin()).isEqualTo("app");
    }

    @Test
    void aPageOfMessagesEndsByItsBytesAndTheNextGoesOn() {
        for (int i = 0; i < 5; i++) {
            handle(echoes(echo(ANA, "wamid." + i, NOW + i, "hola")));
        }
        int size = messageStore.ofConversation(WITH_ANA, 1, 0).getFirst().event().length;

        var first = messageStore.page(WITH_ANA, 10, 0, 2L * size + 10);
        var next = messageStore.page(WITH_ANA, 10, 2, 1);
        var last = messageStore.page(WITH_ANA, 10, 3, 1024 * 1024);

        assertThat(first.messages())
                .extracting(MessageStore.Shown::wamid)
                .containsExactly("wamid.4", "wamid.3");
        assertThat(first.more()).isTrue();
        assertThat(next.messages()).as("one at least").hasSize(1);
        assertThat(next.more()).isTrue();
        assertThat(last.messages()).hasSize(2);
        assertThat(last.more()).isFalse();
        assertThat(messageStore.page(WITH_ANA, 10, 5, 1).messages()).isEmpty();
    }

    @Test
    void aReplyInTheAppSilencesBotsForItsTimeAndSaysSoOnce() {
        EventBatch first = handle(echoes(echo(ANA, "wamid.1", NOW, "hola")));
        EventBatch second = handle(echoes(echo(ANA, "wamid.2", NOW + 60, "sigo aqui")));

        assertThat(handovers(first)).containsExactly("human");
        assertThat(handovers(second)).isEmpty();
        clock.advance(SILENCE);
        assertThat(personHasIt()).isTrue();
        clock.advance(Duration.ofSeconds(60));
        assertThat(personHasIt()).as("given back by time").isFalse();
    }

    @Test
    void anEchoThatComesLateSilencesUpToItsOwnEnd() {
        clock.advance(SILENCE.minusSeconds(30));

        assertThat(handovers(handle(echoes(echo(ANA, "wamid.1", NOW, "hola")))))
                .containsExactly("human");

        assertThat(withAna().humanUntil).isEqualTo(Instant.ofEpochSecond(NOW).plus(SILENCE));
    }

    @Test
    void aPersonsWordWhoseSilenceIsOverWhenItComesIsToldAsNoTakeover() {
        Instant queued = clock.instant();
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        clock.advance(SILENCE.plusSeconds(1));

        EventBatch late = handle(echoes(echo(ANA, "wamid.2", NOW, "yo me encargo")));
        EventBatch sent = handle(sentBy("agent", "wamid.3", NOW));
        handover.agentWrote(WITH_ANA, "inbox:1", Instant.ofEpochSecond(NOW));
        EventBatch edited = handle(echoes(echo(ANA, "wamid.4", NOW + 1, "#bot")));
        clock.advance(Duration.ofSeconds(10));
        endedTakeovers(conversations).tell();

        assertThat(handovers(late)).isEmpty();
        assertThat(handovers(sent)).isEmpty();
        assertThat(handovers(edited)).isEmpty();
        assertThat(published).isEmpty();
        assertThat(personHasIt()).isFalse();
        assertThat(personSpeaksOver(queued)).as("it was said").isTrue();
    }

    @Test
    void aPersonsWordWhoseSilenceIsOverLeavesTheConversationToWhoHasIt() {
        handle(messages(text(ANA, "wamid.1", NOW, "una persona por favor")));
        clock.advance(SILENCE);
        botAsksForPeople("wamid.1");

        handle(echoes(echo(ANA, "wamid.2", NOW, "yo me encargo")));

        assertThat(withAna().humanCause).isEqualTo("bot");
        assertThat(withAna().humanUntil).isEqualTo(clock.instant().plus(SILENCE));
        assertThat(personSpeaks()).as("the bot may finish its sentence").isFalse();
    }

    @Test
    void theKeywordTypedInTheAppGivesTheConversationBack() {
        handle(echoes(echo(ANA, "wamid.1", NOW, "hola")));

        EventBatch batch = handle(echoes(echo(ANA, "wamid.2", NOW + 10, " #BOT ")));

        assertThat(handovers(batch)).containsExactly("bot");
        assertThat(personHasIt()).isFalse();
    }

    @Test
    void aCustomerWhoTypesTheKeywordChangesNothing() {
        handle(echoes(echo(ANA, "wamid.1", NOW, "hola")));
        handle(messages(text(ANA, "wamid.2", NOW + 10, "#bot")));

        assertThat(personHasIt()).isTrue();
    }

    @Test
    void anImportedChatStandsInTheListByItsLastMessage() {
        handle(history(ANA, imported(ANA, "wamid.h", NOW - 900, "antes")));

        assertThat(conversations.list(10, 0))
                .extracting(Conversation::id)
                .containsExactly(WITH_ANA);
        assertThat(withAna().describe(clock.instant()).path("recent")).isEmpty();
    }

    @Test
    void progressOfAnImportOnlyGoesUpAndCountsChunksThatBringNothingNew() {
        assertThat(imports().state()).isEqualTo("notRequested");
        byte[] first = chunk(1, 60, thread(imported(ANA, "wamid.h", NOW - 900, "antes")));
        handle(first);
        handle(chunk(0, 10, thread(imported(ANA, "wamid.g", NOW - 90, "hoy"))));
        assertThat(imports()).isEqualTo(new HistoryImports.Standing("receiving", 1, 60, null));

        handle(chunk(2, 100, thread(imported(ANA, "wamid.h", NOW - 900, "antes"))));

        assertThat(imports()).isEqualTo(new HistoryImports.Standing("finished", 2, 100, true));
        handle(first);
        assertThat(imports().progress()).isEqualTo(100);
    }

    @Test
    void aLastChunkWithoutAnyChatFinishesTheImport() {
        handle(chunk(2, 100));

        assertThat(imports().state()).isEqualTo("finished");
    }

    @Test
    void anImportWithoutAnotherChunkForADayIsOverAndNotComplete() {
        handle(chunk(0, 55, thread(imported(ANA, "wamid.h", NOW - 900, "antes"))));
        clock.advance(Duration.ofHours(24));

        assertThat(imports()).isEqualTo(new HistoryImports.Standing("finished", 0, 55, false));
    }

    @Test
    void aDeclinedImportIsAStateUntilTheAccountBeginsAnew() {
        handle(
                one(
                        "history",
                        "\"history\":[{\"errors\":[{\"code\":2593109,\"title\":\"declined\"}]}]"));
        assertThat(imports().state()).isEqualTo("declined");
        numbers.save();
        clock.advance(Duration.ofMinutes(5));

        handle(
                ("{\"object\":\"whatsapp_business_account\",\"entry\":[{\"id\":\"800900\",\"time\":%d,"
                     + "\"changes\":[{\"field\":\"account_update\",\"value\":{\"event\":\"PARTNER_ADDED\"}}]}]}")
                        .formatted(NOW + 300)
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(imports().state()).isEqualTo("notRequested");
    }

    @Test
    void anEditShowsInTheMessageItChangesAndTheLatestCounts() {
        handle(messages(text(ANA, "wamid.1", NOW - 60, "hola")));
        handle(messages(edit(ANA, "wamid.3", "wamid.1", NOW - 30, "hola tres")));
        handle(messages(edit(ANA, "wamid.2", "wamid.1", NOW - 40, "hola dos")));

        var shown = messageStore.ofConversation(WITH_ANA, 10, 0);
        assertThat(shown).hasSize(1);
        assertThat(new String(shown.getFirst().edit(), StandardCharsets.UTF_8))
                .contains("hola tres");
        assertThat(withAna().describe(clock.instant()).at("/recent/0/text").textValue())
                .isEqualTo("hola tres");
        assertThat(withAna().describe(clock.instant()).path("recent")).hasSize(1);
    }

    @Test
    void anEditThatComesBeforeItsMessageShowsInIt() {
        handle(messages(edit(ANA, "wamid.2", "wamid.1", NOW - 40, "hola dos")));
        assertThat(shown("wamid.2")).isEqualTo("edit");

        handle(messages(text(ANA, "wamid.1", NOW - 60, "hola")));

        assertThat(shown("wamid.1")).isEqualTo("text edited");
        assertThat(shown("wamid.2")).isEqualTo("not shown");
    }

    @Test
    void aDeletionTakesTheWordsAlsoFromTheLastMessages() {
        handle(messages(text(ANA, "wamid.1", NOW - 60, "secreto")));
        handle(messages(revoke(ANA, "wamid.2", "wamid.1", NOW - 30)));
        handle(messages(edit(ANA, "wamid.3", "wamid.1", NOW - 40, "secreto dos")));

        assertThat(shown("wamid.1")).isEqualTo("text edited revoked");
        assertThat(shown("wamid.2")).isEqualTo("not shown");
        assertThat(withAna().describe(clock.instant()).path("recent").toString())
                .doesNotContain("secreto");
    }

    @Test
    void aFileThatComesAfterItsPlaceholderShowsInTheMessage() {
        handle(history(ANA, placeholder(ANA, "wamid.1", NOW - 900)));
        handle(historyFile(ANA, "wamid.1", NOW - 900, "77"));

        assertThat(shown("wamid.1")).isEqualTo("image completed");
    }

    @Test
    void theAddressBooksNameGoesBeforeTheProfilesAndLeavesWithItsEntry() {
        handle(messagesOf(ANA, "ES.1", "anita", text(ANA, "wamid.1", NOW - 60, "hola")));
        assertThat(nameShown()).isEqualTo("anita");

        handle(contacts(contact("add", "Ana Pérez", NOW - 50)));
        handle(messagesOf(ANA, "ES.1", "anita", text(ANA, "wamid.2", NOW - 40, "hola")));
        assertThat(nameShown()).isEqualTo("Ana Pérez");

        handle(contacts(contact("remove", "Ana Pérez", NOW - 20)));
        handle(contacts(contact("add", "Ana P", NOW - 30)));
        assertThat(nameShown()).as("the older entry came late").isEqualTo("anita");
    }

    @Test
    void anAgentsMessageSentByTheHubSilencesBotsAndAFlowsDoesNot() {
        handle(messages(text(ANA, "wamid.1", NOW - 60, "hola")));
        assertThat(handovers(handle(sentBy("crm", "wamid.2", NOW - 50)))).isEmpty();
        assertThat(personHasIt()).isFalse();

        assertThat(handovers(handle(sentBy("agent", "wamid.3", NOW - 40))))
                .containsExactly("human");
        assertThat(personHasIt()).isTrue();
    }

    @Test
    void theEndOfATakeoverByTimeIsToldOnceByWhicheverNode() {
        handle(echoes(echo(ANA, "wamid.1", NOW, "hola")));
        var ends = endedTakeovers(conversations);
        clock.advance(SILENCE);
        ends.tell();
        assertThat(published).as("not yet").isEmpty();

        clock.advance(Duration.ofSeconds(6));
        ends.tell();
        ends.tell();

        assertThat(published).hasSize(1);
        assertThat(published.getFirst().type()).isEqualTo(EventType.CONVERSATION_HANDOVER);
        assertThat(published.getFirst().data().toString())
                .contains("\"to\":\"bot\",\"cause\":\"time\"");
        assertThat(withAna().describe(clock.instant()).at("/bot/cause").textValue())
                .isEqualTo("time");
    }

    @Test
    void aTakeoverWhoseEndCouldNotBeToldIsToldLater() {
        handle(echoes(echo(ANA, "wamid.1", NOW, "hola")));
        var ends = endedTakeovers(conversations);
        clock.advance(SILENCE.plusSeconds(6));
        journalAway = true;
        ends.tell();
        journalAway = false;

        clock.advance(Duration.ofSeconds(11));
        ownEvents.publishForgotten();

        assertThat(published).hasSize(1);
    }

    @Test
    void ofManyEndsOneWaitsForTheJournalAndAllAreToldLater() {
        for (int i = 0; i < 5; i++) {
            handle(echoes(echo(ANA + i, "wamid." + i, NOW, "hola")));
        }
        var ends = endedTakeovers(conversations);
        clock.advance(SILENCE.plusSeconds(6));
        journalAway = true;
        var waits = new AtomicInteger();
        whileAppending = waits::incrementAndGet;

        ends.tell();

        assertThat(waits).as("each of them takes seconds").hasValue(1);
        journalAway = false;
        clock.advance(Duration.ofSeconds(11));
        ownEvents.publishForgotten();
        ends.tell();
        assertThat(published).extracting(HubEvent::conversation).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void aTakeoverThatAPersonProlongsInTheLastMomentDoesNotEnd() {
        handle(echoes(echo(ANA, "wamid.1", NOW, "hola")));
        var overtaken =
                new ConversationStore(jdbc) {
                    @Override
                    List<Conversation> takenUntil(Instant then) {
                        List<Conversation> read = super.takenUntil(then);
                        handle(echoes(echo(ANA, "wamid.2", NOW + 60, "sigo")));
                        return read;
                    }
                };
        clock.advance(SILENCE.plusSeconds(6));

        endedTakeovers(overtaken).tell();

        assertThat(published).as("told as ended").isEmpty();
        assertThat(personHasIt()).isTrue();
    }

    @Test
    void whatTheHubTellsItselfIsNoSignOfLifeOfMeta() {
        handle(messages(text(ANA, "wamid.1", NOW - 60, "hola")));
        numbers.save();
        Instant last = numbers.list().getFirst().lastWebhook();
        clock.advance(Duration.ofHours(1));

        handle(sentBy("bot", "wamid.2", NOW + 3600));
        numbers.save();

        assertThat(numbers.list().getFirst().lastWebhook()).isEqualTo(last);
        new NumberMetrics(numbers, router.meters()).look();
        assertThat(
                        router.meters()
                                .get("hub_number_last_webhook_timestamp_seconds")
                                .tag("number", NUMBER)
                                .gauge()
                                .value())
                .isEqualTo(last.getEpochSecond());
    }

    @Test
    void webhooksInTheWrongOrderEndInTheStateOfTheRightOne() {
        handle(echoes(echo(ANA, "wamid.2", NOW + 60, "ya estoy")));
        handle(echoes(echo(ANA, "wamid.1", NOW, "#bot")));
        assertThat(personHasIt()).as("wrote after the keyword").isTrue();

        handle(echoes(echo(ANA, "wamid.4", NOW + 120, "#bot")));
        handle(echoes(echo(ANA, "wamid.3", NOW + 90, "un momento")));
        assertThat(personHasIt()).as("gave it back after writing").isFalse();
    }

    @Test
    void anOperatorGivesTheConversationToEitherForAsLongAsSaid() {
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));

        order(true, TestClock.START.plusSeconds(600));
        assertThat(published).hasSize(1);
        assertThat(published.getFirst().type()).isEqualTo(EventType.CONVERSATION_HANDOVER);
        assertThat(personHasIt()).isTrue();
        clock.advance(Duration.ofSeconds(600));
        assertThat(personHasIt()).isFalse();
        order(true, null);
        assertThat(withAna().humanUntil).isEqualTo(clock.instant().plus(SILENCE));
        order(false, null);
        assertThat(personHasIt()).isFalse();
        assertThat(handover.order(new ConversationId("1:2"), true, null)).isFalse();
    }

    @Test
    void anAgentsReplySilencesBotsAsOneInTheAppDoesAndIsToldOnce() {
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));

        agentWrote(WITH_ANA, "inbox:1");
        clock.advance(Duration.ofHours(1));
        agentWrote(WITH_ANA, "inbox:2");
        agentWrote(new ConversationId("1:2"), "inbox:3");

        assertThat(published).extracting(e -> e.id().value()).containsExactly("handover:inbox:1");
        assertThat(withAna().humanCause).isEqualTo("agent_reply");
        clock.advance(SILENCE.minusSeconds(1));
        assertThat(personHasIt()).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(personHasIt()).isFalse();
    }

    @Test
    void anAgentsReplyThatIsReadAgainDoesNotOverruleWhatWasDecidedAfterIt() {
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        Instant written = clock.instant();
        agentWrote(WITH_ANA, "inbox:1");
        clock.advance(Duration.ofMinutes(1));
        order(false, null);

        handover.agentWrote(WITH_ANA, "inbox:1", written);

        assertThat(personHasIt()).isFalse();
    }

    @Test
    void whatABotHadQueuedStaysSilentAfterAPersonsWordThoughTheConversationIsTheBotsAgain() {
        Instant queued = clock.instant();
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        clock.advance(Duration.ofSeconds(62));
        handle(echoes(echo(ANA, "wamid.2", NOW + 60, "yo me encargo")));
        clock.advance(Duration.ofSeconds(30));
        handle(echoes(echo(ANA, "wamid.3", NOW + 90, "#bot")));

        assertThat(personHasIt()).isFalse();
        assertThat(personSpeaksOver(queued)).isTrue();
        assertThat(personSpeaksOver(queued.plusMillis(60_400))).as("within one second").isTrue();
        assertThat(personSpeaksOver(queued.plusSeconds(61))).isFalse();
        assertThat(personSpeaksOver(queued.plusMillis(90_400))).as("the keyword").isFalse();
    }

    @Test
    void soItDoesWhenTheTakeoverEndsByTimeOrByOrder() {
        Instant queued = clock.instant();
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        agentWrote(WITH_ANA, "inbox:1");
        order(false, null);
        assertThat(personSpeaksOver(queued)).isTrue();

        Instant later = clock.instant().plusSeconds(5);
        clock.advance(Duration.ofSeconds(9));
        agentWrote(WITH_ANA, "inbox:2");
        clock.advance(SILENCE.plusSeconds(9));
        endedTakeovers(conversations).tell();

        assertThat(withAna().humanUntil).isNull();
        assertThat(personSpeaksOver(later)).isTrue();
        assertThat(personSpeaks()).as("what the bot says from now on").isFalse();
    }

    @Test
    void aPersonsWordThatComesLateOrFromTheFutureSilencesOnlyWhatWasQueuedBefore() {
        Instant queued = clock.instant();
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        clock.advance(Duration.ofMinutes(5));
        order(false, null);
        handle(echoes(echo(ANA, "wamid.2", NOW + 10, "yo me encargo")));
        assertThat(personHasIt()).isFalse();
        assertThat(personSpeaksOver(queued)).isTrue();
        assertThat(personSpeaks()).isFalse();

        handle(echoes(echo(ANA, "wamid.3", NOW + 900_000, "hasta luego")));
        clock.advance(Duration.ofSeconds(1));
        order(false, null);
        assertThat(personSpeaks()).isFalse();
    }

    @Test
    void theEventInWhoseAnswerTheBotAskedForPeopleMayBeAnsweredAgainAndNoOther() {
        handle(messages(text(ANA, "wamid.1", NOW, "una persona por favor")));

        botAsksForPeople("wamid.1");

        assertThat(personHasIt()).isTrue();
        assertThat(handover.botMayAnswer(WITH_ANA, event("wamid.1"))).isTrue();
        assertThat(handover.botMayAnswer(WITH_ANA, event("wamid.2"))).isFalse();
    }

    @Test
    void aPersonOrAnOperatorWhoDecidesAfterTheBotSilencesItForThatEventToo() {
        handle(messages(text(ANA, "wamid.1", NOW, "una persona por favor")));
        botAsksForPeople("wamid.1");
        handle(echoes(echo(ANA, "wamid.2", NOW + 1, "yo me encargo")));
        assertThat(handover.botMayAnswer(WITH_ANA, event("wamid.1"))).isFalse();

        botAsksForPeople("wamid.3");
        order(true, null);
        assertThat(handover.botMayAnswer(WITH_ANA, event("wamid.3"))).isFalse();
    }

    @Test
    void theBotsSideTakesNothingFromAPersonWhoHasSpoken() {
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        handle(echoes(echo(ANA, "wamid.2", NOW + 1, "yo me encargo")));

        handover.handOver(WITH_ANA, event("wamid.1"), HandoverCause.BOT_FAILED);

        assertThat(withAna().humanCause).isEqualTo("app_reply");
        assertThat(personSpeaks()).isTrue();
        assertThat(published).isEmpty();
    }

    @Test
    void aPersonsWordsThatArriveAfterTheBotsHandoverButWereWrittenBeforeItSilenceTheBotAtOnce() {
        handle(messages(text(ANA, "wamid.1", NOW, "una persona por favor")));
        long written = clock.instant().getEpochSecond();
        clock.advance(Duration.ofSeconds(5));
        botAsksForPeople("wamid.1");

        handle(echoes(echo(ANA, "wamid.2", written, "yo me encargo")));

        assertThat(personSpeaks()).isTrue();
        assertThat(handover.botMayAnswer(WITH_ANA, event("wamid.1"))).isFalse();
    }

    @Test
    void whyTheBotsSideGaveItAwayIsKnownWhenItsEventComesAgainUntilSomebodyDecides() {
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        handover.handOver(WITH_ANA, event("wamid.1"), HandoverCause.BOT_FAILED);

        assertThat(handover.causeOf(WITH_ANA, event("wamid.1"))).contains(HandoverCause.BOT_FAILED);
        assertThat(handover.causeOf(WITH_ANA, event("wamid.2"))).isEmpty();
        assertThat(personSpeaks()).as("the notice has to get through").isFalse();
        order(true, null);
        assertThat(handover.causeOf(WITH_ANA, event("wamid.1"))).isEmpty();
    }

    @Test
    void theBotsHandoverHappensOnceHoweverOftenItsEventComesAgain() {
        handle(messages(text(ANA, "wamid.1", NOW, "una persona por favor")));
        botAsksForPeople("wamid.1");
        Instant until = withAna().humanUntil;
        clock.advance(Duration.ofMinutes(5));

        botAsksForPeople("wamid.1");

        assertThat(withAna().humanUntil).isEqualTo(until);
        assertThat(published)
                .extracting(e -> e.id().value())
                .containsExactly("handover:message:wamid.1");
        order(false, null);
        botAsksForPeople("wamid.1");
        assertThat(personHasIt()).as("an operator has decided otherwise since").isFalse();
    }

    @Test
    void aHandoverHoldsThoughTheJournalIsAwayAndIsToldWhenItIsBack() {
        handle(messages(text(ANA, "wamid.1", NOW, "una persona por favor")));
        journalAway = true;
        botAsksForPeople("wamid.1");
        order(true, null);
        assertThat(personHasIt()).isTrue();
        assertThat(published).isEmpty();
        clock.advance(Duration.ofSeconds(10));
        assertThatThrownBy(ownEvents::publishForgotten)
                .isInstanceOf(BrokerUnavailableException.class);
        journalAway = false;

        ownEvents.publishForgotten();
        ownEvents.publishForgotten();

        assertThat(published).hasSize(2);
        assertThat(published.getFirst().id().value()).isEqualTo("handover:message:wamid.1");
    }

    @Test
    void whatCouldNotBeToldComesBeforeWhatFollowsIt() {
        handle(messages(text(ANA, "wamid.1", NOW, "una persona por favor")));
        journalAway = true;
        botAsksForPeople("wamid.1");
        journalAway = false;

        order(false, null);
        clock.advance(Duration.ofSeconds(10));
        ownEvents.publishForgotten();

        assertThat(published)
                .extracting(e -> e.data().toString().contains("\"to\":\"human\""))
                .containsExactly(true, false);
    }

    @Test
    void theRouterGoesOnInTheConversationWhileTheJournalLetsAHandoverWait() {
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        whileAppending =
                () ->
                        Beside.call(
                                        () -> {
                                            handle(messages(text(ANA, "wamid.2", NOW, "oye")));
                                            return null;
                                        })
                                .orTimeout(5, TimeUnit.SECONDS)
                                .join();

        order(true, null);

        assertThat(published).hasSize(1);
        assertThat(withAna().describe(clock.instant()).path("recent").findValuesAsText("text"))
                .containsExactly("hola", "oye");
        assertThat(personHasIt()).isTrue();
    }

    @Test
    void aPhoneNumberAndABusinessScopedIdThatAppearTogetherAreOneConversation() {
        handle(messages(text(ANA, "wamid.1", NOW, "uno")));
        EventBatch both = handle(messagesOf(ANA, "ES.77", "Ana", text(ANA, "wamid.2", NOW, "dos")));
        EventBatch scoped = handle(messages(scopedText("ES.77", "wamid.3", NOW, "tres")));

        assertThat(conversationOf(both)).isEqualTo(WITH_ANA);
        assertThat(conversationOf(scoped)).isEqualTo(WITH_ANA);
        assertThat(identities.find(BUSINESS, null, "ES.77")).contains(WITH_ANA);
        assertThat(identities.find(BUSINESS, ANA, null)).contains(WITH_ANA);
    }

    @Test
    void bothFormsOfABrazilianAndAMexicanNumberAreOneConversation() {
        handle(messages(text("551187654321", "wamid.1", NOW, "oi")));
        EventBatch long9 = handle(messages(text("5511987654321", "wamid.2", NOW, "oi")));
        handle(messages(text("5215512345678", "wamid.3", NOW, "hola")));
        EventBatch short1 = handle(messages(text("525512345678", "wamid.4", NOW, "hola")));

        assertThat(conversationOf(long9).value()).isEqualTo(NUMBER + ":551187654321");
        assertThat(conversationOf(short1).value()).isEqualTo(NUMBER + ":5215512345678");
    }

    @Test
    void aPhoneNumberAndABusinessScopedIdThatMetaNamesTogetherLaterBecomeOneConversation() {
        handle(messages(text(ANA, "wamid.1", NOW, "uno")));
        EventBatch scoped = handle(messages(scopedText("ES.77", "wamid.2", NOW + 1, "dos")));

        EventBatch both =
                handle(messagesOf(ANA, "ES.77", "Ana", text(ANA, "wamid.3", NOW + 2, "tres")));

        ConversationId stays = conversationOf(scoped);
        assertThat(conversationOf(both)).isEqualTo(stays).isNotEqualTo(WITH_ANA);
        assertThat(identities.concerned(BUSINESS, ANA, null)).containsExactly(stays);
        assertThat(conversations.find(WITH_ANA)).get().extracting(c -> c.id).isEqualTo(stays);
        assertThat(conversations.list(10, 0)).hasSize(1);
        assertThat(shownIn(stays)).containsExactly("uno", "dos", "tres");
        assertThat(messageStore.ofConversation(stays, 10, 0)).hasSize(3);
        assertThat(router.meters().counter("hub_identity_conflicts").count()).isZero();
    }

    @Test
    void whomASenderNamesByBothIdsIsNotOnePersonForThat() {
        handle(messages(text(ANA, "wamid.1", NOW, "uno")));
        handle(messages(scopedText("ES.77", "wamid.2", NOW, "dos")));
        String sent = new String(sentBy("crm", "wamid.3", NOW), StandardCharsets.UTF_8);

        handle(
                sent.replace("\"waId\":", "\"bsuid\":\"ES.77\",\"waId\":")
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(router.meters().counter("hub_identity_conflicts").count()).isOne();
        assertThat(conversations.list(10, 0)).hasSize(2);
        assertThat(identities.concerned(BUSINESS, ANA, null)).containsExactly(WITH_ANA);
    }

    @Test
    void theTwoBecomeOneAlsoWhereOneBatchHasAllOfIt() {
        handle(messages(scopedText("ES.77", "wamid.1", NOW, "uno")));

        handle(
                messages(text(ANA, "wamid.2", NOW + 1, "dos")),
                messagesOf(ANA, "ES.77", "Ana", text(ANA, "wamid.3", NOW + 2, "tres")));

        assertThat(conversations.list(10, 0)).hasSize(1);
        assertThat(shownIn(conversations.list(1, 0).getFirst().id))
                .containsExactly("uno", "dos", "tres");
    }

    @Test
    void onAConflictNothingIsMergedTheBusinessScopedIdDecidesAndItIsCountedOnce() {
        handle(messagesOf(ANA, "ES.1", "Eva", text(ANA, "wamid.1", NOW, "uno")));
        ConversationId before = identities.find(BUSINESS, ANA, null).orElseThrow();
        EventBatch scoped = handle(messages(scopedText("ES.77", "wamid.2", NOW, "dos")));

        EventBatch both = handle(messagesOf(ANA, "ES.77", "Ana", text(ANA, "wamid.3", NOW, "x")));

        assertThat(conversationOf(both)).isEqualTo(conversationOf(scoped)).isNotEqualTo(before);
        assertThat(identities.find(BUSINESS, ANA, "ES.77")).contains(conversationOf(scoped));
        assertThat(identities.find(BUSINESS, ANA, null)).contains(before);
        assertThat(identities.concerned(BUSINESS, ANA, null))
                .containsExactlyInAnyOrder(before, conversationOf(scoped));
        assertThat(identities.concerned(BUSINESS, null, "ES.1")).containsExactly(before);
        assertThat(router.meters().counter("hub_identity_conflicts").count()).isOne();
    }

    @Test
    void theConversationRemembersItsLastTenMessagesForDestinations() {
        for (int i = 0; i < 12; i++) {
            handle(messages(text(ANA, "wamid." + i, NOW + i, "n" + i)));
        }

        var recent = withAna().describe(clock.instant()).path("recent");
        assertThat(recent.findValuesAsText("text"))
                .containsExactly("n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10", "n11");
    }

    /** In a group, whose members the identity graph does not join: there nothing else makes the second one wait. */
    @Test
    void twoConsumersThatMeetANewConversationAtOnceEachSeeWhatTheOtherWrote() throws Exception {
        var looked = new CountDownLatch(1);
        var looking =
                new ConversationStore(jdbc) {
                    @Override
                    Map<ConversationId, Conversation> lock(Collection<ConversationId> ids) {
                        var found = super.lock(ids);
                        looked.countDown();
                        return found;
                    }
                };
        var other = new CompletableFuture<Boolean>();
        handle(
                batch -> {
                    projector.project(batch);
                    other.completeAsync(
                            () -> {
                                handle(
                                        projector(looking)::project,
                                        messages(groupText("wamid.2", NOW, "dos")));
                                return true;
                            });
                    // Not committed before the other has found no row.
                    assertThat(isReached(looked)).isTrue();
                },
                messages(groupText("wamid.1", NOW, "uno")));
        other.get(30, TimeUnit.SECONDS);

        var group = conversations.find(new ConversationId(NUMBER + ":" + GROUP)).orElseThrow();
        assertThat(group.describe(clock.instant()).path("recent").findValuesAsText("text"))
                .containsExactly("uno", "dos");
        assertThat(conversations.list(10, 0)).hasSize(1);
    }

    @Test
    void whoReadsAGroupsMessageKeepsAConversationOfTheirOwn() {
        handle(
                statuses(
                        groupStatus("delivered", ANA),
                        groupStatus("delivered", "34600333444"),
                        groupStatus("read", ANA)));
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        handle(messages(text("34600333444", "wamid.2", NOW, "hallo")));

        assertThat(shownIn(WITH_ANA)).containsExactly("hola");
        assertThat(shownIn(new ConversationId(NUMBER + ":34600333444"))).containsExactly("hallo");
    }

    @Test
    void aGroupIsNobodysConversation() {
        handle(messages(groupText("wamid.1", NOW, "uno")));
        handle(statuses(groupStatus("delivered", ANA)));
        handle(
                messages(
                        "{\"group_id\":\"%s\",\"from\":\"%s\",\"timestamp\":\"%d\",\"type\":\"text\"}"
                                .formatted(GROUP, ANA, NOW)));
        handle(messages(text(ANA, "wamid.2", NOW, "hola")));

        var group = conversations.find(new ConversationId(NUMBER + ":" + GROUP)).orElseThrow();
        assertThat(group.customer()).isNull();
        assertThat(shownIn(WITH_ANA)).containsExactly("hola");
    }

    private List<String> shownIn(ConversationId conversation) {
        return conversations
                .find(conversation)
                .orElseThrow()
                .describe(clock.instant())
                .path("recent")
                .findValuesAsText("text");
    }

    private static String groupStatus(String status, String participant) {
        return "{\"id\":\"wamid.g\",\"status\":\"%s\",\"timestamp\":\"%d\",\"recipient_id\":\"%s\",\"recipient_type\":\"group\",\"recipient_participant_id\":\"%s\"}"
                .formatted(status, NOW, GROUP, participant);
    }

    @Test
    void aNumberThatMovesToAnotherAccountIsThatAccountsAtOnce() {
        handle(messages(text(ANA, "wamid.1", NOW, "hola")));
        numbers.save();
        var elsewhere = new NumberStore(jdbc);
        assertThat(elsewhere.wabaOf(BUSINESS)).contains(new WabaId(ACCOUNT));

        handle(
                new String(messages(text(ANA, "wamid.2", NOW, "hola")), StandardCharsets.UTF_8)
                        .replace(ACCOUNT, "800901")
                        .getBytes(StandardCharsets.UTF_8));
        numbers.save();

        assertThat(numbers.wabaOf(BUSINESS)).contains(new WabaId("800901"));
        elsewhere.forgetAccounts();
        assertThat(elsewhere.wabaOf(BUSINESS))
                .as("on a node that saw none of it")
                .contains(new WabaId("800901"));
    }

    @Test
    void theZeroCharacterAndHalfAnEmojiPassThroughTheStore() {
        byte[] body =
                messagesOf(
                        ANA,
                        "ES.77",
                        "A\\u0000na \\ud83d",
                        text(ANA, "wamid.1", NOW, "a\\u0000b \\ud83d ñ 😀"));

        handle(body);

        assertThat(
                        conversations
                                .find(WITH_ANA)
                                .or(() -> conversations.list(1, 0).stream().findFirst()))
                .isPresent();
        assertThat(messageStore.ofConversation(conversations.list(1, 0).getFirst().id(), 10, 0))
                .hasSize(1);
    }

    @Test
    void numbersShowWhenTheyWereLastSeen() {
        handle(echoes(echo(ANA, "wamid.1", NOW - 3, "hola")));
        numbers.save();

        var seen = numbers.list().getFirst();
        assertThat(seen.number()).isEqualTo(NUMBER);
        assertThat(seen.lastWebhook()).isEqualTo(TestClock.START);
        assertThat(seen.echoLagMillis()).isEqualTo(3000);
    }

    @Test
    void theFirstMessageSinceTheLastAnswerIsTheOneThatIsMissed() {
        var missed = new MissedMessages(messageStore);
        handle(messages(text(ANA, "wamid.b", NOW, "one"), text(ANA, "wamid.a", NOW, "two")));
        handle(messages(text(ANA, "wamid.c", NOW + 5, "three")));

        assertThat(missed.isFirst("message:wamid.b")).isTrue();
        assertThat(missed.isFirst("message:wamid.a")).isFalse();
        assertThat(missed.isFirst("message:wamid.c")).isFalse();
        assertThat(missed.isFirst("status:wamid.b:read")).isFalse();

        handle(echoes(echo(ANA, "wamid.d", NOW + 9, "four")));
        assertThat(missed.isFirst("message:wamid.b")).isFalse();
        assertThat(missed.isFirst("message:wamid.d")).isFalse();

        handle(messages(text(ANA, "wamid.e", NOW + 20, "five")));
        assertThat(missed.isFirst("message:wamid.e")).isTrue();
    }

    private Projector projector(ConversationStore store) {
        return new Projector(store, messageStore, new ContactStore(jdbc), numbers, SETTINGS, clock);
    }

    private EventBatch handle(byte[]... bodies) {
        return handle(
                batch -> {
                    onboarding.note(batch);
                    imports.note(batch);
                    projector.project(batch);
                },
                bodies);
    }

    private EventBatch handle(Consumer<EventBatch> project, byte[]... bodies) {
        var messages = Arrays.stream(bodies).map(Message::of).toList();
        return router.handle(messages, identities::resolve, project);
    }

    private static String groupText(String wamid, long seconds, String words) {
        return text(ANA, wamid, seconds, words)
                .replaceFirst("\\{", "{\"group_id\":\"" + GROUP + "\",");
    }

    private static boolean isReached(CountDownLatch latch) {
        try {
            return latch.await(8, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void order(boolean toHuman, Instant until) {
        assertThat(handover.order(WITH_ANA, toHuman, until)).isTrue();
    }

    private void agentWrote(ConversationId conversation, String name) {
        handover.agentWrote(conversation, name, clock.instant());
    }

    private void botAsksForPeople(String wamid) {
        handover.botAsksForPeople(WITH_ANA, event(wamid));
    }

    private void append(List<Slice> slices) {
        whileAppending.run();
        if (journalAway) {
            throw new BrokerUnavailableException("as the test wants it");
        }
        var reader = new WebhookReader();
        slices.forEach(slice -> published.addAll(reader.readOwn(slice.body(), clock.instant())));
    }

    private String shown(String wamid) {
        return messageStore.ofConversation(WITH_ANA, 10, 0).stream()
                .filter(m -> m.wamid().equals(wamid))
                .map(
                        m ->
                                m.type()
                                        + (m.edit() == null ? "" : " edited")
                                        + (m.completion() == null ? "" : " completed")
                                        + (m.revokedAt() == null ? "" : " revoked"))
                .findFirst()
                .orElse("not shown");
    }

    private HistoryImports.Standing imports() {
        return imports.all().getOrDefault(NUMBER, HistoryImports.Standing.NONE);
    }

    private static byte[] chunk(int phase, int progress, String... threads) {
        return one(
                "history",
                "\"history\":[{\"metadata\":{\"phase\":%d,\"chunk_order\":1,\"progress\":%d},%s}]"
                        .formatted(phase, progress, list("threads", threads)));
    }

    private static String thread(String... items) {
        return "{\"id\":\"%s\",%s}".formatted(ANA, list("messages", items));
    }

    private static String edit(String from, String wamid, String of, long at, String words) {
        return """
        {"from":"%s","to":"%s","id":"%s","timestamp":"%d","type":"edit","edit":{"original_message_id":"%s",\
        "message":{"type":"text","text":{"body":"%s"}}}}\
        """
                .formatted(from, ANA, wamid, at, of, words);
    }

    private static String revoke(String from, String wamid, String of, long at) {
        return """
        {"from":"%s","id":"%s","timestamp":"%d","type":"revoke","revoke":{"original_message_id":"%s"}}\
        """
                .formatted(from, wamid, at, of);
    }

    private static String contact(String action, String name, long at) {
        return """
        {"type":"contact","action":"%s","contact":{"full_name":"%s","phone_number":"%s"},\
        "metadata":{"timestamp":"%d"}}\
        """
                .formatted(action, name, ANA, at);
    }

    private static byte[] sentBy(String source, String wamid, long at) {
        return InternalSlice.of(
                List.of(
                        """
                        {"id":"message:%s","type":"whatsapp.message.sent","origin":"hub","subject":"%s",\
                        "time":"%s","phonenumberid":"%s","data":{"wamid":"%s","messageType":"text","text":"x",\
                        "command":{"id":"1","source":"%s"},"customer":{"waId":"%s"}}}\
                        """
                                .formatted(
                                        wamid,
                                        WITH_ANA.value(),
                                        Instant.ofEpochSecond(at),
                                        NUMBER,
                                        wamid,
                                        source,
                                        ANA)
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private static EventId event(String wamid) {
        return EventId.ofMessage(new Wamid(wamid));
    }

    private String nameShown() {
        ConversationId id = identities.find(BUSINESS, ANA, null).orElseThrow();
        return conversations
                .find(id)
                .orElseThrow()
                .describe(clock.instant())
                .at("/customer/name")
                .textValue();
    }

    private boolean personSpeaks() {
        return personSpeaksOver(clock.instant());
    }

    private boolean personSpeaksOver(Instant queued) {
        return handover.personSpeaks(BUSINESS, ANA, null, queued);
    }

    private boolean personHasIt() {
        return withAna().personHasItAt(clock.instant());
    }

    private Conversation withAna() {
        return conversations.find(WITH_ANA).orElseThrow();
    }

    private String stateOf(String wamid) {
        return jdbc.queryForObject(
                "SELECT state FROM message WHERE wamid = ?", String.class, wamid);
    }

    private List<Object> wholeState() {
        List<Object> all = new ArrayList<>();
        for (String table : List.of("conversation", "message", "contact", "identity")) {
            List<Map<String, Object>> rows =
                    jdbc.queryForList("SELECT * FROM " + table + " ORDER BY 1");
            all.add(rows.stream().map(Object::toString).toList());
        }
        return all;
    }

    private static ConversationId conversationOf(EventBatch batch) {
        return batch.accepted().getFirst().event().conversation();
    }

    private static List<String> ids(EventBatch batch) {
        return batch.accepted().stream().map(EventBatch.Item::getId).toList();
    }

    private static List<String> handovers(EventBatch batch) {
        return batch.accepted().stream()
                .map(EventBatch.Item::event)
                .filter(event -> event.type() == EventType.CONVERSATION_HANDOVER)
                .map(
                        event ->
                                event.data() instanceof org.coexhub.event.EventData.Internal i
                                        ? i.fields().path("to").asText()
                                        : "")
                .toList();
    }
}
