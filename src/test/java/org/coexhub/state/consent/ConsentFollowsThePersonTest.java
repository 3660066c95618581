package org.coexhub.state.consent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.scopedText;
import static org.coexhub.testing.MetaBodies.text;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.coexhub.event.ConversationId;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.state.consent.Decision.Marketing;
import org.coexhub.state.conversation.TestConversations;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.support.JdbcTransactionManager;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A customer stops marketing, a person takes over, and then the customer changes number: all of it stays theirs. */
class ConsentFollowsThePersonTest {

    private static final PhoneNumberId BUSINESS = new PhoneNumberId(NUMBER);
    private static final long NOW = TestClock.START.getEpochSecond();
    private static final String OLD = "34600111222";
    private static final String NEW = "34600999888";
    private static final String THIRD = "34600777666";
    private static final ConversationId TALK = new ConversationId(NUMBER + ":" + OLD);

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
    void aTapOnAButtonTheBusinessNamedStartResumesNothing() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "stop")));
        handle(
                messages(
                        tap(
                                "interactive",
                                "wamid.2",
                                "'type':'button_reply','button_reply':{'id':'s','title':'Start'}")));
        handle(
                messages(
                        tap(
                                "interactive",
                                "wamid.3",
                                "'type':'list_reply','list_reply':{'id':'s','title':'Start'}")));
        handle(messages(tap("button", "wamid.4", "'payload':'s','text':'Start'")));
        assertThat(marketing()).isEqualTo(Marketing.STOPPED);

        handle(messages(text(OLD, "wamid.5", NOW - 10, "Start")));
        assertThat(marketing()).isEqualTo(Marketing.ALLOWED);

        handle(messages(tap("button", "wamid.6", "'payload':'s','text':'Stop'")));
        assertThat(marketing())
                .as("a stop is heard however it is said")
                .isEqualTo(Marketing.STOPPED);
    }

    private Marketing marketing() {
        return consent.standing(BUSINESS, OLD, null).orElseThrow().marketing();
    }

    private static String tap(String type, String wamid, String body) {
        return "{'from':'%s','id':'%s','timestamp':'%d','type':'%s','%s':{%s}}"
                .formatted(OLD, wamid, NOW - 5, type, type, body)
                .replace('\'', '"');
    }

    /** What comes after the customer's "stop", and as whom a campaign then names them. */
    static Stream<Arguments> changes() {
        return Stream.of(
                change("to the new number", NEW, null, notice(1, "'wa_id':'" + NEW + "'")),
                change("to the old number still", OLD, null, notice(1, "'wa_id':'" + NEW + "'")),
                change(
                        "a notice of the older form",
                        NEW,
                        null,
                        notice(
                                "customer_changed_number",
                                OLD,
                                1,
                                "'new_wa_id':'" + NEW + "','customer':'" + OLD + "'")),
                change(
                        "number and business-scoped id change, and the new id is used",
                        null,
                        "ES.2",
                        notice(
                                1,
                                "'wa_id':'"
                                        + NEW
                                        + "','user_id':'ES.2','previous_user_id':'ES.1'")),
                change(
                        "the business-scoped id alone changes",
                        null,
                        "ES.2",
                        messagesOf(OLD, "ES.1", "Ana", text(OLD, "wamid.both", NOW, "soy yo")),
                        notice(
                                "user_changed_user_id",
                                null,
                                1,
                                "'user_id':'ES.2','previous_user_id':'ES.1'")),
                change(
                        "the new business-scoped id shows with the new number only afterwards",
                        null,
                        "ES.2",
                        notice(1, "'wa_id':'" + NEW + "'"),
                        messagesOf(NEW, "ES.2", "Ana", text(NEW, "wamid.n", NOW + 9, "hola"))),
                change(
                        "a message from the new number is faster than the notice",
                        NEW,
                        null,
                        messages(text(NEW, "wamid.n", NOW + 2, "hola")),
                        notice(1, "'wa_id':'" + NEW + "'")),
                change(
                        "both come in one batch, the message first",
                        NEW,
                        null,
                        messages(
                                text(NEW, "wamid.n", NOW + 2, "hola"),
                                system("user_changed_number", OLD, 1, "'wa_id':'" + NEW + "'"))),
                change(
                        "the number changes twice",
                        THIRD,
                        null,
                        notice(1, "'wa_id':'" + NEW + "'"),
                        notice("user_changed_number", NEW, 2, "'wa_id':'" + THIRD + "'")),
                change(
                        "the notice comes again",
                        NEW,
                        null,
                        notice(1, "'wa_id':'" + NEW + "'"),
                        notice(1, "'wa_id':'" + NEW + "'")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void stopTakeoverAndHistoryStayWithThePerson(
            String name, String waId, String bsuid, List<byte[]> webhooks) {
        handle(messages(text(OLD, "wamid.stop", NOW - 60, "stop")));
        handle(echoes(echo(OLD, "wamid.typed", NOW - 50, "I take over")));

        webhooks.forEach(this::handle);

        assertThat(consent.standing(BUSINESS, waId, bsuid))
                .hasValueSatisfying(d -> assertThat(d.marketing()).isEqualTo(Marketing.STOPPED));
        assertThat(talks.identities.find(BUSINESS, waId, bsuid)).contains(TALK);
        assertThat(talks.handover.personSpeaks(BUSINESS, waId, bsuid, clock.instant())).isTrue();
        assertThat(talks.messages.ofConversation(TALK, 10, 0))
                .extracting(shown -> shown.wamid())
                .contains("wamid.stop", "wamid.typed");
        assertThat(talks.conversations.list(10, 0)).hasSize(1);
    }

    @Test
    void whatWasSaidFromTheNewNumberBeforeTheNoticeCountsAsWell() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        handle(messages(text(NEW, "wamid.2", NOW + 3, "stop")));
        handle(echoes(echo(NEW, "wamid.3", NOW + 4, "I take over")));

        handle(notice(1, "'wa_id':'" + NEW + "'"));

        assertThat(consent.standing(BUSINESS, OLD, null)).isPresent();
        assertThat(talks.handover.personSpeaks(BUSINESS, OLD, null, clock.instant())).isTrue();
        assertThat(talks.handover.order(TALK, false, null)).isTrue();
        Instant queued = clock.instant();
        assertThat(talks.handover.personSpeaks(BUSINESS, OLD, null, queued)).isTrue();
        Instant written = queued.plusSeconds(5);
        assertThat(talks.handover.personSpeaks(BUSINESS, OLD, null, written)).isFalse();
        assertThat(talks.messages.ofConversation(TALK, 10, 0)).hasSize(3);
    }

    @Test
    void whoStillNamesTheConversationThatIsGoneIsLedToTheOneThatStays() {
        var gone = new ConversationId(NUMBER + ":" + NEW);
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        handle(messages(text(NEW, "wamid.2", NOW + 2, "hola")));
        router.jdbc()
                .update(
                        "INSERT INTO held_echo (wamid, conversation, body, received_at, due_at)"
                                + " VALUES ('wamid.held', ?, ?, now(), now())",
                        gone.value(),
                        new byte[0]);
        handle(notice(1, "'wa_id':'" + NEW + "'"));

        assertThat(talks.conversations.find(gone)).get().extracting(c -> c.id()).isEqualTo(TALK);
        assertThat(talks.handover.order(gone, true, null)).isTrue();
        assertThat(talks.handover.personSpeaks(BUSINESS, OLD, null, clock.instant())).isTrue();
        assertThat(router.jdbc().queryForObject("SELECT conversation FROM held_echo", String.class))
                .isEqualTo(TALK.value());

        // Resolved by another consumer before the merge, projected after it.
        router.handle(
                List.of(Message.of(messages(text(NEW, "wamid.3", NOW + 3, "hola")))),
                batch -> batch.items().forEach(item -> item.conversation(gone)),
                this::project);
        assertThat(talks.conversations.list(10, 0)).hasSize(1);
        assertThat(talks.messages.ofConversation(TALK, 10, 0)).hasSize(3);
    }

    @Test
    void twoNoticesOfOneBatchThatLeadToEachOtherMakeOneConversation() {
        handle(messagesOf(OLD, "ES.1", "Ana", text(OLD, "wamid.1", NOW - 60, "hola")));
        handle(messagesOf(NEW, "ES.2", "Ana", text(NEW, "wamid.2", NOW - 50, "hola")));
        byte[] notices =
                messages(
                        system("user_changed_number", NEW, 1, "'wa_id':'" + OLD + "'"),
                        system(
                                "user_changed_user_id",
                                null,
                                2,
                                "'user_id':'ES.2','previous_user_id':'ES.1'"),
                        text(OLD, "wamid.3", NOW + 3, "soy yo"));

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> handle(notices));

        assertThat(talks.conversations.list(10, 0)).hasSize(1);
        var stays = talks.conversations.list(10, 0).getFirst().id();
        for (String number : List.of(OLD, NEW)) {
            assertThat(talks.identities.find(BUSINESS, number, null)).contains(stays);
        }
        assertThat(talks.identities.find(BUSINESS, null, "ES.1")).contains(stays);
        assertThat(talks.identities.find(BUSINESS, null, "ES.2")).contains(stays);
        assertThat(talks.messages.ofConversation(stays, 10, 0))
                .extracting(shown -> shown.wamid())
                .contains("wamid.1", "wamid.2", "wamid.3");
    }

    @Test
    void whoHadTheNewNumberBeforeKeepsWhatIsTheirs() {
        handle(messagesOf(NEW, "ES.9", "Eva", text(NEW, "wamid.eva", NOW - 86_400, "hola")));
        handle(messages(text(OLD, "wamid.stop", NOW - 60, "stop")));

        handle(notice(1, "'wa_id':'" + NEW + "'"));

        assertThat(consent.standing(BUSINESS, NEW, null)).isPresent();
        assertThat(consent.standing(BUSINESS, null, "ES.9")).isEmpty();
        assertThat(talks.messages.ofConversation(TALK, 10, 0))
                .extracting(shown -> shown.wamid())
                .doesNotContain("wamid.eva");
        handle(messages(scopedText("ES.9", "wamid.eva2", NOW + 60, "sigo aqui")));
        assertThat(talks.identities.find(BUSINESS, null, "ES.9"))
                .isPresent()
                .get()
                .isNotEqualTo(TALK);
    }

    /** From the address book or the history by number, then by a username alone, at last by both. */
    @Test
    void whatIsSaidUnderTheIdAloneCountsForTheNumberOnceMetaNamesBoth() {
        handle(echoes(echo(OLD, "wamid.1", NOW - 86_400 * 30, "buenas")));
        handle(messages(scopedText("ES.1", "wamid.2", NOW - 60, "stop")));
        handle(messagesOf(OLD, "ES.1", "Ana", text(OLD, "wamid.3", NOW - 50, "hola")));

        assertThat(standing()).isEqualTo(Marketing.STOPPED);
        assertThat(talks.windows.isOpen(BUSINESS, OLD, null)).isTrue();
        handle(echoes(echo(OLD, "wamid.4", NOW - 40, "I take over")));
        assertThat(talks.handover.personSpeaks(BUSINESS, null, "ES.1", clock.instant())).isTrue();
        assertThat(talks.conversations.list(10, 0)).hasSize(1);
    }

    @Test
    void whereItIsNotCertainWhoseTheNumberIsEachOfTheirConversationsIsAsked() {
        handle(messagesOf(OLD, "ES.9", "Eva", text(OLD, "wamid.eva", NOW - 90, "hola")));
        handle(messages(scopedText("ES.1", "wamid.1", NOW - 80, "hola")));
        handle(messagesOf(OLD, "ES.1", "Ana", text(OLD, "wamid.2", NOW - 70, "stop")));
        ConversationId ana = talks.identities.find(BUSINESS, null, "ES.1").orElseThrow();
        talks.handover.order(ana, true, null);

        assertThat(standing()).isEqualTo(Marketing.STOPPED);
        assertThat(consent.standing(BUSINESS, null, "ES.9")).isEmpty();
        assertThat(talks.handover.personSpeaks(BUSINESS, OLD, null, clock.instant())).isTrue();
        assertThat(talks.windows.keysOf(List.of(ana))).contains(NUMBER + ":wa:" + OLD);
        assertThat(talks.windows.isOpen(BUSINESS, OLD, null)).isTrue();
        assertThat(talks.windows.metaSaysClosed(BUSINESS, OLD, null, clock.instant())).isTrue();
        assertThat(talks.windows.isOpen(BUSINESS, OLD, null)).isFalse();
        assertThat(talks.windows.isOpen(BUSINESS, null, "ES.1")).isFalse();
    }

    @Test
    void whoGetsANumberThatSomebodyLeftIsNotTakenForThem() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "hola")));
        handle(notice(1, "'wa_id':'" + NEW + "'"));
        handle(messages(scopedText("ES.9", "wamid.eva1", NOW + 60, "hola")));
        handle(messagesOf(OLD, "ES.9", "Eva", text(OLD, "wamid.eva2", NOW + 70, "stop")));

        assertThat(talks.conversations.list(10, 0)).hasSize(2);
        assertThat(consent.standing(BUSINESS, NEW, null)).isEmpty();
        assertThat(consent.standing(BUSINESS, null, "ES.9")).isPresent();
        assertThat(standing()).as("to the old number").isEqualTo(Marketing.STOPPED);
    }

    @Test
    void aNoticeThatNamesBothOldIdsTakesBothConversationsAlong() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "stop")));
        handle(messages(scopedText("ES.1", "wamid.2", NOW - 50, "hola")));

        handle(
                notice(
                        1,
                        "'wa_id':'"
                                + NEW
                                + "','user_id':'ES.2','previous_user_id':'ES.1','previous_wa_id':'"
                                + OLD
                                + "'"));

        assertThat(talks.conversations.list(10, 0)).hasSize(1);
        assertThat(consent.standing(BUSINESS, NEW, null)).isPresent();
        assertThat(consent.standing(BUSINESS, null, "ES.2")).isPresent();
    }

    @Test
    void whatIsLinkedAndThenChangesNumberInOneBatchIsOnePersons() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "stop")));
        handle(messages(scopedText("ES.1", "wamid.2", NOW - 50, "hola")));

        handle(
                messagesOf(OLD, "ES.1", "Ana", text(OLD, "wamid.3", NOW, "soy yo")),
                notice(1, "'wa_id':'" + NEW + "'"));

        assertThat(talks.conversations.list(10, 0)).hasSize(1);
        assertThat(consent.standing(BUSINESS, NEW, null)).isPresent();
        assertThat(consent.standing(BUSINESS, null, "ES.1")).isPresent();
    }

    @Test
    void aWordSaidTwiceCountsAgainstWhatWasSaidBetweenAndComesLate() {
        handle(messages(text(OLD, "wamid.1", NOW - 60, "stop")));
        handle(messages(text(OLD, "wamid.2", NOW - 20, "stop")));
        handle(messages(text(OLD, "wamid.3", NOW - 40, "start")));
        assertThat(standing()).isEqualTo(Marketing.STOPPED);

        handle(messages(text(OLD, "wamid.4", NOW - 10, "start")));
        assertThat(standing()).isEqualTo(Marketing.ALLOWED);
    }

    @Test
    void aResumeCountsAlsoWhereTheStopBeforeItComesLate() {
        handle(messages(text(OLD, "wamid.2", NOW - 20, "start")));
        handle(messages(text(OLD, "wamid.1", NOW - 60, "stop")));

        assertThat(standing()).isEqualTo(Marketing.ALLOWED);
    }

    private Marketing standing() {
        return consent.standing(BUSINESS, OLD, null).orElseThrow().marketing();
    }

    private static Arguments change(String name, String waId, String bsuid, byte[]... webhooks) {
        return Arguments.of(name, waId, bsuid, List.of(webhooks));
    }

    private static byte[] notice(int number, String members) {
        return notice("user_changed_number", OLD, number, members);
    }

    private static byte[] notice(String type, String from, int number, String members) {
        return messages(system(type, from, number, members));
    }

    private static String system(String type, String from, int number, String members) {
        String sender = from == null ? "'from_user_id':'ES.1'" : "'from':'" + from + "'";
        return "{%s,'id':'wamid.change%d','timestamp':'%d','type':'system','system':{'body':'changed','type':'%s',%s}}"
                .formatted(sender, number, NOW + number, type, members)
                .replace('\'', '"');
    }

    private void handle(byte[]... webhooks) {
        router.handle(
                Arrays.stream(webhooks).map(Message::of).toList(),
                talks.identities::resolve,
                this::project);
    }

    private void project(EventBatch batch) {
        talks.project(batch);
        watch.note(batch);
    }
}
