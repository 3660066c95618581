package org.coexhub.state.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.testing.MetaBodies.ACCOUNT;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.history;
import static org.coexhub.testing.MetaBodies.imported;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.one;
import static org.coexhub.testing.MetaBodies.scopedText;
import static org.coexhub.testing.MetaBodies.statuses;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.event.ConversationId;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.TestRouter;
import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import javax.sql.DataSource;

/** What opens the window, and what does not; the same on every database. */
abstract class WindowContract {

    private static final PhoneNumberId BUSINESS = new PhoneNumberId(NUMBER);
    private static final Instant NOW = TestClock.START;
    private static final String OTHER_NUMBER = "209900000000002";
    private static final String ANA = "34600111222";

    private final TestClock clock = new TestClock();
    private TestRouter router;
    private IdentityGraph identities;
    private ConversationStore conversations;
    private NumberStore numbers;
    private Projector projector;
    private Onboarding onboarding;
    private PhoneCalls calls;
    private ConversationLookup windows;

    abstract DataSource freshDatabase();

    @BeforeEach
    void wire() {
        router = new TestRouter(freshDatabase(), clock);
        var jdbc = router.jdbc();
        conversations = new ConversationStore(jdbc);
        numbers = new NumberStore(jdbc);
        identities = new IdentityGraph(jdbc, numbers, conversations, router.meters());
        projector =
                new Projector(
                        conversations,
                        new MessageStore(jdbc),
                        new ContactStore(jdbc),
                        numbers,
                        new HandoverSettings(Duration.ofHours(12), "#bot"),
                        clock);
        onboarding = new Onboarding(jdbc);
        calls = new PhoneCalls(identities, conversations);
        windows = new ConversationLookup(conversations, identities, clock);
    }

    @Test
    void metasWordThatItIsClosedCountsUntilTheCustomerWritesAgain() {
        handle(wrote("wamid.1", ago(Duration.ofHours(20))));

        assertThat(windows.metaSaysClosed(BUSINESS, ANA, null, NOW)).isTrue();

        assertThat(open()).isFalse();
        assertThat(windows.metaSaysClosed(BUSINESS, ANA, null, NOW)).isTrue();
        handle(wrote("wamid.2", ago(Duration.ofMinutes(1))));
        assertThat(open()).isTrue();
    }

    @Test
    void metasWordDoesNotCloseAWindowThatTheCustomerOpenedAtThatMoment() {
        handle(wrote("wamid.1", ago(Duration.ofSeconds(2))));

        assertThat(windows.metaSaysClosed(BUSINESS, ANA, null, NOW)).isFalse();
        assertThat(windows.metaSaysClosed(BUSINESS, "34600999888", null, NOW)).isFalse();
        assertThat(open()).isTrue();
    }

    @Test
    void aMessageOpensItFor24HoursFromTheTimeItWasWritten() {
        handle(wrote("wamid.1", ago(Duration.ofHours(20))));

        assertThat(open()).isTrue();
        clock.advance(Duration.ofHours(4).minusSeconds(1));
        assertThat(open()).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(open()).isFalse();
    }

    @Test
    void aWebhookThatIsDaysLateOpensNothing() {
        handle(wrote("wamid.1", ago(Duration.ofDays(3))));

        assertThat(open()).isFalse();
    }

    @Test
    void aLateWebhookDoesNotShortenWhatANewerOneOpened() {
        handle(wrote("wamid.2", ago(Duration.ofHours(1))));
        handle(wrote("wamid.1", ago(Duration.ofHours(23))));

        clock.advance(Duration.ofHours(22));
        assertThat(open()).isTrue();
    }

    @Test
    void aRepetitionOpensNothingAgain() {
        handle(wrote("wamid.1", ago(Duration.ofHours(23))));
        clock.advance(Duration.ofHours(2));
        handle(wrote("wamid.1", ago(Duration.ofHours(23))));

        assertThat(open()).isFalse();
    }

    @Test
    void aTimeAheadOfOursCountsAsTheMomentOfReceipt() {
        handle(wrote("wamid.1", NOW.plus(Duration.ofDays(2))));

        clock.advance(Duration.ofHours(24));
        assertThat(open()).isFalse();
    }

    @Test
    void aMessageWithoutAReadableTimeOpensNothing() {
        handle(
                messages(
                        "{\"from\":\"%s\",\"id\":\"wamid.1\",\"type\":\"text\",\"text\":{\"body\":\"hola\"}}"
                                .formatted(ANA)));

        assertThat(open()).isFalse();
    }

    @Test
    void neitherTheBusinessNorThePastOpensIt() {
        handle(echoes(echo(ANA, "wamid.e", NOW.getEpochSecond(), "buenas")));
        handle(history(ANA, imported(ANA, "wamid.h", NOW.getEpochSecond() - 60, "antes")));

        assertThat(open()).isFalse();
    }

    @Test
    void anEditOpensNothingTheMessageHadNotOpened() {
        handle(
                messages(
                        "{\"from\":\"%s\",\"id\":\"wamid.2\",\"timestamp\":\"%d\",\"type\":\"edit\",\"edit\":{\"original_message_id\":\"wamid.1\",\"message\":{\"type\":\"text\",\"text\":{\"body\":\"hola\"}}}}"
                                .formatted(ANA, NOW.getEpochSecond())));

        assertThat(open()).isFalse();
    }

    @Test
    void aCustomersCallOpensItAndTheBusinesssOwnDoesNot() {
        handle(call("BUSINESS_INITIATED", "connect"));
        assertThat(open()).isFalse();

        handle(call("USER_INITIATED", "connect"));
        assertThat(open()).isTrue();
    }

    @Test
    void aCallOfWhichNotAllCanBeKeptOpensItAllTheSame() {
        handle(callOf(ANA, "E".repeat(700)));
        handle(callOf("3".repeat(700), "ES.77"));

        assertThat(windows.isOpen(BUSINESS, null, "ES.77")).isTrue();
        Conversation conversation =
                conversations.find(new ConversationId(NUMBER + ":" + ANA)).orElseThrow();
        assertThat(conversation.lastAt).isEqualTo(NOW.truncatedTo(ChronoUnit.MILLIS));
        assertThat(conversation.bsuid).isNull();
        assertThat(open()).isTrue();
    }

    @Test
    void aCallOfATimeBeyondTheCalendarOpensNothing() {
        handle(
                one(
                        "calls",
                        "\"calls\":[{\"id\":\"wacid.1\",\"from\":\"%s\",\"event\":\"connect\",\"direction\":\"USER_INITIATED\",\"timestamp\":\"31556889864403199\"}]"
                                .formatted(ANA)));

        assertThat(open()).isFalse();
    }

    @Test
    void itIsOneWindowWhicheverIdentifierTheCustomerIsKnownBy() {
        handle(messages(scopedText("ES.77", "wamid.1", NOW.getEpochSecond(), "hola")));

        assertThat(windows.isOpen(BUSINESS, null, "ES.77")).isTrue();
        assertThat(windows.isOpen(BUSINESS, ANA, null)).isFalse();
        assertThat(windows.keysOf(List.of(conversations.list(1, 0).getFirst().id())))
                .contains(windows.keyOf(BUSINESS, null, "ES.77"));
    }

    @Test
    void whatWasWrittenBeforeOnboardingCountsNeitherBeforeNorAfterTheHubKnows() {
        handle(wrote("wamid.1", ago(Duration.ofHours(3))));
        numbers.save();
        assertThat(open()).isTrue();

        handle(account("PARTNER_ADDED", ago(Duration.ofHours(2))));
        assertThat(open()).isFalse();
        handle(wrote("wamid.2", ago(Duration.ofMinutes(150))));
        assertThat(open()).isFalse();

        handle(wrote("wamid.3", ago(Duration.ofHours(1))));
        assertThat(open()).isTrue();
    }

    @Test
    void onlyLeavingAndComingBackBeginsAnew() {
        handle(account("PARTNER_ADDED", ago(Duration.ofDays(9))));
        handle(wrote("wamid.1", ago(Duration.ofHours(3))));
        numbers.save();

        handle(account("PARTNER_ADDED", ago(Duration.ofHours(2))));
        assertThat(open()).as("another number of the account was added").isTrue();

        handle(account("PARTNER_REMOVED", ago(Duration.ofHours(1))));
        handle(account("PARTNER_ADDED", ago(Duration.ofMinutes(30))));
        assertThat(open()).as("the account was taken away and came back").isFalse();
    }

    @Test
    void anotherNumberOfAnAccountThatWasInUseBeforeTheHubClosesNothing() {
        handle(wrote("wamid.1", ago(Duration.ofMinutes(5))));
        numbers.save();
        clock.advance(Duration.ofHours(1));

        handle(account("PARTNER_ADDED", clock.instant()));
        assertThat(open()).isTrue();

        clock.advance(Duration.ofHours(1));
        handle(account("PARTNER_REMOVED", clock.instant()));
        clock.advance(Duration.ofHours(1));
        handle(account("PARTNER_ADDED", clock.instant()));
        assertThat(open()).as("the account was taken away and came back").isFalse();
    }

    @Test
    void aNumberThatLeavesAndComesBackClosesNothingOfTheAccountsOtherNumbers() {
        handle(account("PARTNER_ADDED", ago(Duration.ofDays(9))));
        handle(wrote("wamid.1", ago(Duration.ofHours(3))));
        handle(to(OTHER_NUMBER, wrote("wamid.2", ago(Duration.ofHours(3)))));
        numbers.save();

        handle(left("49305550199", ago(Duration.ofHours(1))));
        handle(account("PARTNER_ADDED", ago(Duration.ofMinutes(30))));
        assertThat(open()).isTrue();
    }

    @Test
    void theOnlyNumberOfAnAccountLeavesWithIt() {
        handle(account("PARTNER_ADDED", ago(Duration.ofDays(9))));
        handle(wrote("wamid.1", ago(Duration.ofHours(3))));
        numbers.save();

        handle(left("49305550100", ago(Duration.ofHours(1))));
        handle(account("PARTNER_ADDED", ago(Duration.ofMinutes(30))));
        assertThat(open()).isFalse();
    }

    @Test
    void anAdvertisementsFreeTimeIsShownAndOpensNothing() {
        handle(
                messages(
                        "{\"from\":\"%s\",\"id\":\"wamid.1\",\"timestamp\":\"%d\",\"type\":\"text\",\"text\":{\"body\":\"hola\"},\"referral\":{\"source_type\":\"ad\",\"source_id\":\"1\"}}"
                                .formatted(ANA, NOW.getEpochSecond())));
        assertThat(freeUntil()).isNull();

        clock.advance(Duration.ofHours(23));
        handle(sent("wamid.2"));
        assertThat(freeUntil()).isEqualTo(NOW.plus(Duration.ofHours(95)).toString());

        clock.advance(Duration.ofHours(2));
        assertThat(open()).isFalse();
        handle(sent("wamid.3"));
        assertThat(freeUntil()).isEqualTo(NOW.plus(Duration.ofHours(95)).toString());
    }

    @Test
    void whatMetaSaysOfTheFreeTimeOverrulesTheHubsReckoning() {
        Instant end = NOW.plus(Duration.ofDays(7));
        handle(wrote("wamid.1", NOW));
        handle(
                statuses(
                        "{\"id\":\"wamid.2\",\"status\":\"sent\",\"timestamp\":\"%d\",\"recipient_id\":\"%s\",\"conversation\":{\"id\":\"c\",\"expiration_timestamp\":\"%d\",\"origin\":{\"type\":\"referral_conversion\"}}}"
                                .formatted(NOW.getEpochSecond(), ANA, end.getEpochSecond())));

        assertThat(freeUntil()).isEqualTo(end.toString());
    }

    private boolean open() {
        return windows.isOpen(BUSINESS, ANA, null);
    }

    private String freeUntil() {
        return conversations
                .list(1, 0)
                .getFirst()
                .describe(clock.instant())
                .path("window")
                .path("freeUntil")
                .textValue();
    }

    private static Instant ago(Duration time) {
        return NOW.minus(time);
    }

    private static byte[] wrote(String wamid, Instant at) {
        return messages(text(ANA, wamid, at.getEpochSecond(), "hola"));
    }

    private static byte[] call(String direction, String event) {
        return one(
                "calls",
                "\"calls\":[{\"id\":\"wacid.%s\",\"from\":\"%s\",\"to\":\"49305550100\",\"event\":\"%s\",\"direction\":\"%s\",\"timestamp\":\"%d\"}]"
                        .formatted(direction, ANA, event, direction, NOW.getEpochSecond()));
    }

    private static byte[] to(String number, byte[] body) {
        return new String(body, StandardCharsets.UTF_8)
                .replace(NUMBER, number)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** As Meta tells that a business has ended its connection in the App: by the number, in its account's entry. */
    private static byte[] left(String phone, Instant at) {
        return """
        {"object":"whatsapp_business_account","entry":[{"id":"%s","time":%d,"changes":[{"field":"account_update",\
        "value":{"event":"PARTNER_REMOVED","phone_number":"%s","disconnection_info":\
        {"reason":"ACCOUNT_DISCONNECTED","initiated_by":"USER"}}}]}]}\
        """
                .formatted(ACCOUNT, at.getEpochSecond(), phone)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] callOf(String from, String scoped) {
        return one(
                "calls",
                "\"calls\":[{\"id\":\"wacid.1\",\"from\":\"%s\",\"from_user_id\":\"%s\",\"event\":\"connect\",\"direction\":\"USER_INITIATED\",\"timestamp\":\"%d\"}]"
                        .formatted(from, scoped, NOW.toEpochMilli()));
    }

    private static byte[] account(String event, Instant at) {
        return """
        {"object":"whatsapp_business_account","entry":[{"id":"1","time":%d,"changes":[{"field":"account_update",\
        "value":{"event":"%s","waba_info":{"waba_id":"%s","owner_business_id":"2"}}}]}]}\
        """
                .formatted(at.getEpochSecond(), event, ACCOUNT)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The hub's own event of a message that went out. */
    private byte[] sent(String wamid) {
        return """
        {"object":"coexistence_hub","events":[{"id":"message:%s","type":"whatsapp.message.sent","origin":"hub",\
        "subject":"%s:%s","time":"%s","phonenumberid":"%s","data":{"wamid":"%s","customer":{"waId":"%s"},\
        "messageType":"text"}}]}\
        """
                .formatted(wamid, NUMBER, ANA, clock.instant(), NUMBER, wamid, ANA)
                .getBytes(StandardCharsets.UTF_8);
    }

    private void handle(byte[] body) {
        router.handle(
                List.of(Message.of(body)),
                identities::resolve,
                batch -> {
                    onboarding.note(batch);
                    projector.project(batch);
                    calls.open(batch);
                });
    }
}
