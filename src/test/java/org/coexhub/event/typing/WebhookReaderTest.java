package org.coexhub.event.typing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.event.Payloads.body;
import static org.coexhub.event.Payloads.change;
import static org.coexhub.event.Payloads.chunk;
import static org.coexhub.event.Payloads.contact;
import static org.coexhub.event.Payloads.echo;
import static org.coexhub.event.Payloads.entry;
import static org.coexhub.event.Payloads.ids;
import static org.coexhub.event.Payloads.list;
import static org.coexhub.event.Payloads.single;
import static org.coexhub.event.Payloads.text;
import static org.coexhub.event.Payloads.thread;
import static org.coexhub.event.Payloads.utf8;
import static org.coexhub.event.Payloads.value;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventData.AccountUpdated;
import org.coexhub.event.EventData.HistoryChunk;
import org.coexhub.event.EventData.IdentityChanged;
import org.coexhub.event.EventData.Internal;
import org.coexhub.event.EventData.Message;
import org.coexhub.event.EventData.MessageImported;
import org.coexhub.event.EventData.MessageStatus;
import org.coexhub.event.EventData.NumberUpdated;
import org.coexhub.event.EventData.OwnerChanged;
import org.coexhub.event.EventData.TemplateUpdated;
import org.coexhub.event.EventType;
import org.coexhub.event.HubEvent;
import org.coexhub.event.MessageContent;
import org.coexhub.event.MessageContent.Context;
import org.coexhub.event.MessageContent.Interactive;
import org.coexhub.event.MessageContent.Media;
import org.coexhub.event.MessageContent.MetaError;
import org.coexhub.event.MessageContent.Pricing;
import org.coexhub.event.MessageContent.PricingConversation;
import org.coexhub.event.MessageContent.Reaction;
import org.coexhub.event.MessageContent.Target;
import org.coexhub.event.Origin;
import org.coexhub.event.Payloads;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.WabaId;
import org.coexhub.event.Wamid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

class WebhookReaderTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private static final String ADA = "4917055501";

    private final WebhookReader reader = new WebhookReader();

    @Test
    void aCustomersTextHasItsIdentityConversationAndExactBytes() {
        String message =
                "{ \"from\":\"4917055501\","
                    + " \"id\":\"wamid.1\",\"timestamp\":\"1790000100\",\"type\":\"text\",\"text\":{\"body\":\"caf\\u00e9"
                    + " \\ud83d\\ude00 😀 \\u0000 \\/\"},\"new_thing\":[1.50,1E2] }";

        HubEvent event =
                one(
                        single(
                                "messages",
                                list("contacts", contact(ADA, "DE.77", "Ada")),
                                list("messages", message)));

        assertThat(event.id().value()).isEqualTo("message:wamid.1");
        assertThat(event.type()).isEqualTo(EventType.MESSAGE_RECEIVED);
        assertThat(event.origin()).isEqualTo(Origin.CUSTOMER);
        assertThat(event.wabaId()).isEqualTo(new WabaId(Payloads.ACCOUNT_ID));
        assertThat(event.number()).isEqualTo(new PhoneNumberId(Payloads.NUMBER_ID));
        assertThat(event.customer())
                .isEqualTo(new CustomerIdentity(ADA, "DE.77", null, "ada", "Ada"));
        assertThat(event.conversation().value()).isEqualTo(Payloads.NUMBER_ID + ":DE.77");
        assertThat(event.time()).isEqualTo(Instant.ofEpochSecond(1_790_000_100L));
        assertThat(event.receivedTime()).isEqualTo(NOW);
        assertThat(event.field()).isEqualTo("messages");
        assertThat(event.raw()).isEqualTo(utf8(message));
        assertThat(content(event).text())
                .as("typed text without U+0000")
                .isEqualTo("café 😀 😀  /");
        assertThat(((Message) event.data()).to()).isEqualTo("49305550100");
    }

    @Test
    void aCustomerWithoutPhoneNumberIsKnownByTheBusinessScopedId() {
        HubEvent event =
                one(
                        single(
                                "messages",
                                list(
                                        "contacts",
                                        "{\"profile\":{\"username\":\"@ada\"},\"user_id\":\"DE.77\",\"wa_id\":\"\"}"),
                                list(
                                        "messages",
                                        "{\"from\":\"\",\"from_user_id\":\"DE.77\",\"id\":\"wamid.1\",\"type\":\"text\"}")));

        assertThat(event.customer())
                .isEqualTo(new CustomerIdentity(null, "DE.77", null, "ada", null));
        assertThat(event.conversation().value()).isEqualTo(Payloads.NUMBER_ID + ":DE.77");
        assertThat(event.time()).isEqualTo(NOW);
        assertThat(event.timeMissing()).isTrue();
    }

    @Test
    void mediaAndAnswersAndContextAreTyped() {
        MessageContent image =
                content(
                        one(
                                message(
                                        "\"type\":\"image\",\"image\":{\"id\":42,\"mime_type\":\"image/png\","
                                            + "\"sha256\":\"ab\",\"caption\":\"look\",\"url\":\"https://m.example/1\"},\"context\":{\"from\":\"+49"
                                            + " 30 5550100\",\"id\":\"wamid.0\",\"forwarded\":\"true\"}")));
        MessageContent row =
                content(
                        one(
                                message(
                                        "\"type\":\"interactive\",\"interactive\":{\"type\":\"list_reply\","
                                            + "\"list_reply\":{\"id\":\"r1\",\"title\":\"Row\",\"description\":\"First\"}}")));
        MessageContent flow =
                content(
                        one(
                                message(
                                        "\"type\":\"interactive\",\"interactive\":{\"type\":\"nfm_reply\","
                                            + "\"nfm_reply\":{\"name\":\"flow\",\"body\":\"Sent\",\"response_json\":{\"a\":1}}}")));
        MessageContent button =
                content(
                        one(
                                message(
                                        "\"type\":\"button\",\"button\":{\"payload\":\"p1\",\"text\":\"Yes\"}")));

        assertThat(image.media())
                .isEqualTo(
                        new Media(
                                "42",
                                "image/png",
                                "ab",
                                null,
                                "look",
                                null,
                                "https://m.example/1"));
        assertThat(image.text()).isEqualTo("look");
        assertThat(image.context())
                .isEqualTo(new Context(new Wamid("wamid.0"), "49305550100", true, null, null));
        assertThat(row.interactive())
                .isEqualTo(new Interactive("list_reply", "r1", "Row", "First", null));
        assertThat(row.text()).isEqualTo("Row");
        assertThat(flow.interactive())
                .isEqualTo(new Interactive("nfm_reply", "flow", "Sent", null, "{\"a\":1}"));
        assertThat(button.interactive())
                .isEqualTo(new Interactive("button", "p1", "Yes", null, null));
    }

    @Test
    void aMessageTypeNobodyKnowsYetKeepsItsNameAndItsWords() {
        HubEvent event =
                one(
                        message(
                                "\"type\":\"hologram\",\"hologram\":{\"caption\":\"wave\",\"depth\":3}"));

        assertThat(event.type()).isEqualTo(EventType.MESSAGE_RECEIVED);
        assertThat(content(event).messageType()).isEqualTo("hologram");
        assertThat(content(event).text()).isEqualTo("wave");
    }

    @Test
    void editsRevokesAndReactionsNameTheMessageTheyChange() {
        HubEvent edit =
                one(
                        message(
                                "\"type\":\"edit\",\"edit\":{\"original_message_id\":\"wamid.0\",\"message\":"
                                    + "{\"type\":\"text\",\"text\":{\"body\":\"better\"}}}"));
        HubEvent revoke =
                one(
                        single(
                                "smb_message_echoes",
                                list(
                                        "message_echoes",
                                        "{\"to\":\"+4917055501\",\"id\":\"wamid.9\",\"type\":\"revoke\","
                                            + "\"revoke\":{\"original_message_id\":\"wamid.0\"}}")));
        HubEvent bareRevoke = one(message("\"type\":\"revoke\""));
        HubEvent reaction =
                one(
                        message(
                                "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.0\",\"emoji\":\"👍\"}"));
        HubEvent removed =
                one(
                        message(
                                "\"type\":\"reaction\",\"reaction\":{\"message_id\":\"wamid.0\",\"emoji\":\"\"}"));

        assertThat(edit.type()).isEqualTo(EventType.MESSAGE_EDITED);
        assertThat(content(edit).edit()).isEqualTo(new Target(new Wamid("wamid.0")));
        assertThat(content(edit).text()).isEqualTo("better");
        assertThat(revoke.type()).isEqualTo(EventType.MESSAGE_REVOKED);
        assertThat(revoke.origin()).isEqualTo(Origin.APP);
        assertThat(revoke.conversation().value()).endsWith(":" + ADA);
        assertThat(content(bareRevoke).revoke()).isEqualTo(new Target(null));
        assertThat(content(reaction).reaction())
                .isEqualTo(new Reaction(new Wamid("wamid.0"), "👍", false));
        assertThat(content(removed).reaction())
                .isEqualTo(new Reaction(new Wamid("wamid.0"), null, true));
    }

    @Test
    void aStatusCarriesPriceWindowErrorsAndCorrelation() {
        HubEvent event =
                one(
                        single(
                                "messages",
                                list(
                                        "statuses",
                                        "{\"id\":\"wamid.1\",\"status\":\"failed\",\"timestamp\":1790000200,\"recipient_id\":\"+4917055501\","
                                            + "\"recipient_user_id\":\"DE.77\",\"biz_opaque_callback_data\":\"cmd-1\","
                                            + "\"conversation\":{\"id\":\"c1\",\"expiration_timestamp\":\"1790086400\","
                                            + "\"origin\":{\"type\":\"utility\"}},"
                                            + "\"pricing\":{\"billable\":false,\"pricing_model\":\"PMP\",\"type\":\"regular\","
                                            + "\"category\":\"utility\"},"
                                            + "\"errors\":[{\"code\":\"131047\",\"title\":\"t\",\"error_data\":{\"details\":\"d\"}}]}")));

        assertThat(event.id().value()).isEqualTo("status:wamid.1:failed");
        assertThat(event.origin()).isEqualTo(Origin.META);
        assertThat(event.customer())
                .isEqualTo(new CustomerIdentity(ADA, "DE.77", null, null, null));
        assertThat(event.data())
                .isEqualTo(
                        new MessageStatus(
                                new Wamid("wamid.1"),
                                "failed",
                                ADA,
                                null,
                                null,
                                new Pricing("regular", "utility", "PMP", false),
                                new PricingConversation(
                                        "c1", "utility", Instant.ofEpochSecond(1_790_086_400L)),
                                List.of(new MetaError(131047L, "t", null, "d", null)),
                                "cmd-1"));
    }

    @Test
    void groupStatusesAreToldApartByParticipantAndShareTheGroupsConversation() {
        String start =
                "{\"id\":\"wamid.1\",\"status\":\"read\",\"recipient_id\":\"G1\",\"recipient_type\":\"group\",";
        List<HubEvent> events =
                read(
                        single(
                                "messages",
                                list(
                                        "statuses",
                                        start + "\"recipient_participant_id\":\"4917055501\"}",
                                        start + "\"participant_recipient_id\":\"4917055502\"}")));

        assertThat(ids(events))
                .isEqualTo("status:wamid.1:read:4917055501 status:wamid.1:read:4917055502");
        assertThat(events)
                .extracting(event -> event.conversation().value())
                .containsOnly(Payloads.NUMBER_ID + ":G1");
    }

    @Test
    void importedMessagesKnowTheirDirectionAndNeverCountAsLive() {
        List<HubEvent> events =
                read(
                        single(
                                "history",
                                list(
                                        "history",
                                        chunk(
                                                100,
                                                thread(
                                                        ADA,
                                                        text("wamid.1", ADA, "in"),
                                                        text("wamid.2", "49305550100", "out"),
                                                        "{\"from\":\"x\",\"id\":\"wamid.3\",\"type\":\"media_placeholder\","
                                                            + "\"history_context\":{\"from_me\":true,\"status\":\"READ\"}}"))),
                                list("message_echoes", echo("wamid.4", ADA, "media follows"))));

        assertThat(events).extracting(HubEvent::type).containsOnly(EventType.MESSAGE_IMPORTED);
        assertThat(events).extracting(HubEvent::origin).containsOnly(Origin.HISTORY);
        assertThat(events)
                .extracting(event -> event.conversation().value())
                .containsOnly(Payloads.NUMBER_ID + ":" + ADA);
        assertThat(events)
                .extracting(event -> ((MessageImported) event.data()).direction())
                .containsExactly("inbound", "outbound", "outbound", "outbound");
        assertThat(((MessageImported) events.get(2).data()).historyStatus()).isEqualTo("read");
        assertThat(((MessageImported) events.get(0).data()).chunk())
                .isEqualTo(new HistoryChunk(1, 4, 100));
    }

    @Test
    void aDeclinedOrEmptyHistoryIsStillReported() {
        HubEvent declined =
                one(
                        single(
                                "history",
                                list(
                                        "history",
                                        "{\"errors\":[{\"code\":2593109,\"title\":\"declined\"}]}")));
        HubEvent finished = one(single("history", list("history", chunk(100))));

        assertThat(declined.type()).isEqualTo(EventType.ACCOUNT_UPDATED);
        assertThat(declined.field()).isEqualTo("history");
        assertThat(((AccountUpdated) declined.data()).errors())
                .containsExactly(new MetaError(2593109L, "declined", null, null, null));
        assertThat(((AccountUpdated) finished.data()).chunk())
                .isEqualTo(new HistoryChunk(1, 4, 100));
    }

    @Test
    void addressBookEntriesOfOneWebhookMixSecondsAndMilliseconds() {
        String start =
                "{\"type\":\"contact\",\"contact\":{\"full_name\":\"Ada L\",\"phone_number\":\"+49"
                        + " 170 555-01\"},";
        List<HubEvent> events =
                read(
                        single(
                                "smb_app_state_sync",
                                list(
                                        "state_sync",
                                        start
                                                + "\"action\":\"add\",\"metadata\":{\"timestamp\":\"1790000000000\"}}",
                                        start
                                                + "\"action\":\"remove\",\"metadata\":{\"timestamp\":1790000000}}",
                                        start + "\"action\":\"add\"}")));

        assertThat(events).extracting(HubEvent::type).containsOnly(EventType.CONTACT_SYNCED);
        assertThat(ids(events))
                .startsWith(
                        "contact:4917055501:add:1790000000000 contact:4917055501:remove:1790000000 "
                                + "smb_app_state_sync:");
        assertThat(events.subList(0, 2))
                .extracting(HubEvent::time)
                .containsOnly(Instant.ofEpochSecond(1_790_000_000L));
    }

    @Test
    void aChangedNumberKeepsBothIdentities() {
        HubEvent event =
                one(
                        message(
                                "\"type\":\"system\",\"system\":{\"type\":\"user_changed_number\","
                                    + "\"wa_id\":\"4917055599\",\"user_id\":\"DE.99\",\"body\":\"changed\"}"));

        assertThat(event.type()).isEqualTo(EventType.IDENTITY_CHANGED);
        assertThat(event.data())
                .isEqualTo(
                        new IdentityChanged(
                                new Wamid("wamid.1"),
                                "user_changed_number",
                                "changed",
                                new CustomerIdentity(ADA, null, null, null, null),
                                new CustomerIdentity("4917055599", "DE.99", null, null, null)));
    }

    @Test
    void accountNumberAndTemplateFieldsAreToldApart() {
        HubEvent left =
                one(
                        utf8(
                                body(
                                        entry(
                                                change(
                                                        "account_update",
                                                        "{\"event\":\"PARTNER_REMOVED\",\"phone_number\":\"49305550100\","
                                                            + "\"disconnection_info\":{\"reason\":\"PRIMARY_INACTIVITY\",\"initiated_by\":\"SYSTEM\"}}")))));
        HubEvent quality =
                one(
                        utf8(
                                body(
                                        entry(
                                                change(
                                                        "phone_number_quality_update",
                                                        "{\"event\":\"ONBOARDING\",\"current_limit\":\"TIER_2K\"}")))));
        HubEvent template =
                one(
                        utf8(
                                body(
                                        entry(
                                                change(
                                                        "template_category_update",
                                                        "{\"message_template_id\":12345678901234567890,\"new_category\":\"UTILITY\","
                                                            + "\"correct_category\":\"MARKETING\"}")))));

        assertThat(left.type()).isEqualTo(EventType.ACCOUNT_UPDATED);
        assertThat(left.data())
                .isEqualTo(
                        new AccountUpdated(
                                "PARTNER_REMOVED",
                                "PRIMARY_INACTIVITY",
                                "SYSTEM",
                                "49305550100",
                                null,
                                null));
        assertThat(left.id().value()).matches("account_update:[0-9a-f]{64}");
        assertThat(left.time()).isEqualTo(Instant.ofEpochSecond(1_790_000_000L));
        assertThat(quality.data())
                .isEqualTo(new NumberUpdated("ONBOARDING", null, null, null, "TIER_2K", null));
        assertThat(template.data())
                .isEqualTo(
                        new TemplateUpdated(
                                "12345678901234567890",
                                null,
                                null,
                                null,
                                null,
                                "MARKETING",
                                "UTILITY",
                                null,
                                null));
    }

    @Test
    void theIdentityOfAnAccountChangeDependsOnContentNotOnSpelling() {
        String spread = "{ \"b\" : [1.0, \"\\u00e9\"],\n \"a\":{\"y\":2,\"x\":null} }";
        String tight = "{\"a\":{\"x\":null,\"y\":2},\"b\":[1.0,\"é\"]}";
        String other = "{\"a\":{\"x\":null,\"y\":2},\"b\":[1.00,\"é\"]}";

        assertThat(idOf(spread)).isEqualTo(idOf(tight)).isNotEqualTo(idOf(other));
        assertThat(idOf("{\"a\":1,\"a\":2}")).isNotEqualTo(idOf("{\"a\":2}"));
    }

    @Test
    void aPartnerAppsAccountIsTheOneInsideTheValue() {
        HubEvent event =
                one(
                        utf8(
                                "{\"entry\":[{\"id\":\"9999\",\"changes\":[{\"value\":{\"event\":\"PARTNER_ADDED\","
                                    + "\"waba_info\":{\"waba_id\":\"800900\"}}}],\"field\":\"account_update\"}]}"));

        assertThat(event.wabaId()).isEqualTo(new WabaId("800900"));
        assertThat(event.type())
                .as("field misplaced in the entry")
                .isEqualTo(EventType.ACCOUNT_UPDATED);
    }

    @Test
    void standbyUpdatesAreTypedOneLevelDeeper() {
        List<HubEvent> events =
                read(
                        single(
                                "standby",
                                "\"standby\":{"
                                        + list("contacts", contact(ADA, "DE.77", "Ada"))
                                        + ","
                                        + list("messages", text("wamid.1", ADA, "hi"))
                                        + ","
                                        + list(
                                                "message_echoes",
                                                "{\"id\":\"wamid.2\",\"message\":{\"to\":\"4917055501\",\"type\":\"text\","
                                                    + "\"text\":{\"body\":\"agent\"}}}")
                                        + "}"));

        assertThat(events)
                .extracting(HubEvent::type)
                .containsExactly(EventType.MESSAGE_RECEIVED, EventType.MESSAGE_ECHOED);
        assertThat(events).allMatch(HubEvent::standby);
        assertThat(events)
                .extracting(HubEvent::conversation)
                .hasSize(2)
                .containsOnly(events.get(0).conversation());
        assertThat(content(events.get(1)).text()).isEqualTo("agent");
    }

    @Test
    void whatTwoNumbersAreToldInTheSameWordsIsTwoEvents() {
        String preference =
                list(
                        "user_preferences",
                        "{\"wa_id\":\"4917055501\",\"category\":\"marketing_messages\",\"value\":\"stop\",\"timestamp\":1790000000}");
        String undated =
                list(
                        "state_sync",
                        "{\"type\":\"contact\",\"action\":\"add\",\"contact\":{\"phone_number\":\"4917055501\"}}");
        for (String told :
                List.of(
                        change("user_preferences", value(preference)),
                        change("smb_app_state_sync", value(undated)))) {
            HubEvent one = one(utf8(body(entry(told))));
            HubEvent again = one(utf8(body(entry(told))));
            HubEvent other =
                    one(utf8(body(entry(told.replace(one.number().value(), "700100200399")))));

            assertThat(again.id()).isEqualTo(one.id());
            assertThat(other.number().value()).isEqualTo("700100200399");
            assertThat(other.id()).isNotEqualTo(one.id());
        }
    }

    @Test
    void metasOwnHandoversBelongToTheirConversation() {
        HubEvent event =
                one(
                        utf8(
                                body(
                                        entry(
                                                change(
                                                        "messaging_handovers",
                                                        "{\"sender\":{\"phone_number\":\"4917055501\"},\"recipient\":{\"phone_number_id\":\"700100200300\"},"
                                                            + "\"type\":\"control_taken\",\"timestamp\":\"1790000000\","
                                                            + "\"control_taken\":{\"previous_owner_role\":\"ai_agent\",\"new_owner_role\":\"utility\"}}")))));

        assertThat(event.type()).isEqualTo(EventType.CONVERSATION_HANDOVER);
        assertThat(event.origin()).isEqualTo(Origin.META);
        assertThat(event.conversation().value()).isEqualTo("700100200300:4917055501");
        assertThat(event.data())
                .isEqualTo(new OwnerChanged("control_taken", "ai_agent", "utility", null));
    }

    @Test
    void oneBadItemNeverTakesItsNeighboursDown() {
        List<HubEvent> events =
                read(
                        utf8(
                                body(
                                        "7",
                                        entry(
                                                "null",
                                                change(
                                                        "messages",
                                                        value(
                                                                list(
                                                                        "messages",
                                                                        "3",
                                                                        "{\"from\":\"4917055501\"}",
                                                                        text(
                                                                                "wamid.1", ADA,
                                                                                "a")))),
                                                change(
                                                        "messages",
                                                        value("\"messages\":{\"not\":\"a list\"}")),
                                                change("brand_new_field", "[1,2]"),
                                                change(
                                                        "messages",
                                                        value(
                                                                list(
                                                                        "statuses",
                                                                        "{\"id\":\"wamid.1\"}"))),
                                                change(
                                                        "messages",
                                                        value(
                                                                list(
                                                                        "messages",
                                                                        text(
                                                                                "wamid.2", ADA,
                                                                                "b"))))))));

        assertThat(events)
                .extracting(
                        event ->
                                event.type() == EventType.WEBHOOK_UNRECOGNIZED
                                        ? "?"
                                        : event.id().value())
                .containsExactly(
                        "?", "?", "?", "?", "message:wamid.1", "?", "?", "?", "message:wamid.2");
        assertThat(events).extracting(HubEvent::id).doesNotHaveDuplicates();
        assertThat(new String(events.get(6).raw(), StandardCharsets.UTF_8)).isEqualTo("[1,2]");
    }

    @Test
    void bytesThatAreNotUtf8DoNotSpoilTheRest() {
        byte[] body =
                single(
                        "messages",
                        list("messages", text("wamid.1", ADA, "~"), text("wamid.2", ADA, "b")));
        for (int i = 0; i < body.length; i++) {
            body[i] = body[i] == '~' ? (byte) 0xC0 : body[i];
        }

        List<HubEvent> events = read(body);

        assertThat(events).isNotEmpty().allSatisfy(event -> assertThat(event.raw()).isNotEmpty());
        assertThat(events.get(0).type()).isEqualTo(EventType.WEBHOOK_UNRECOGNIZED);
    }

    @ParameterizedTest
    @CsvSource({
        "1790000000, 2026-09-21T14:13:20Z",
        "'\"1790000000\"', 2026-09-21T14:13:20Z",
        "1790000000123, 2026-09-21T14:13:20.123Z",
        "'\" 1790000000 \"', 2026-09-21T14:13:20Z",
        "1790000000.5, 2026-09-21T14:13:20Z",
        "'\"2026-09-21T14:13:20+00:00\"', 2026-09-21T14:13:20Z",
        "0, 2026-11-22T10:00:00Z",
        "-5, 2026-11-22T10:00:00Z",
        "'\"soon\"', 2026-11-22T10:00:00Z",
        "null, 2026-11-22T10:00:00Z",
        "99999999999999999999, 2026-11-22T10:00:00Z",
        "[], 2026-11-22T10:00:00Z"
    })
    void timestampsComeInManyForms(String timestamp, Instant expected) {
        HubEvent event =
                one(
                        single(
                                "messages",
                                list(
                                        "messages",
                                        "{\"id\":\"wamid.1\",\"from\":\"4917055501\",\"timestamp\":"
                                                + timestamp
                                                + "}")));

        assertThat(event.time()).isEqualTo(expected);
        assertThat(event.timeMissing()).isEqualTo(expected.equals(NOW));
    }

    @Test
    void idsThatNoDatabaseTakesAreNotUsedAsIds() {
        HubEvent event = one(single("messages", list("messages", text("wamid.\\u0000", ADA, "a"))));
        HubEvent giant =
                one(
                        single(
                                "messages",
                                list("messages", text("wamid." + "x".repeat(5000), ADA, "a"))));

        assertThat(event.id().value()).matches("messages:[0-9a-f]{64}");
        assertThat(giant.id().value()).matches("messages:[0-9a-f]{64}");
        assertThat(event.conversation()).isNotNull();
    }

    @Test
    void theHubsOwnSlicesComeBackAsTheyWere() {
        List<HubEvent> events =
                reader.readOwn(
                        utf8(
                                "{\"object\":\"coexistence_hub\",\"events\":[{\"id\":\"message:wamid.1\","
                                    + "\"type\":\"whatsapp.message.sent\",\"origin\":\"hub\",\"source\":\"/whatsapp/800900/700100200300\","
                                    + "\"subject\":\"700100200300:4917055501\",\"time\":\"2026-11-22T09:59:59.5Z\","
                                    + "\"phonenumberid\":\"700100200300\","
                                    + "\"data\":{\"wamid\":\"wamid.1\",\"command\":{\"id\":\"c1\"},\"customer\":{\"waId\":\"4917055501\"}}}]}"),
                        NOW);

        assertThat(events)
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.type()).isEqualTo(EventType.MESSAGE_SENT);
                            assertThat(event.origin()).isEqualTo(Origin.HUB);
                            assertThat(event.wabaId()).isEqualTo(new WabaId("800900"));
                            assertThat(event.number()).isEqualTo(new PhoneNumberId("700100200300"));
                            assertThat(event.conversation().value())
                                    .isEqualTo("700100200300:4917055501");
                            assertThat(event.customer().waId()).isEqualTo("4917055501");
                            assertThat(event.time())
                                    .isEqualTo(Instant.parse("2026-11-22T09:59:59.500Z"));
                            assertThat(event.raw()).isNull();
                            assertThat(
                                            ((Internal) event.data())
                                                    .fields()
                                                    .at("/command/id")
                                                    .asText())
                                    .isEqualTo("c1");
                        });
    }

    @Test
    void everyTypeAndOriginIsFoundByItsPublicName() {
        assertThat(EventType.values())
                .allSatisfy(
                        type -> assertThat(EventType.ofWireName(type.wireName())).contains(type));
        assertThat(Origin.values())
                .allSatisfy(
                        origin ->
                                assertThat(Origin.ofWireName(origin.wireName())).contains(origin));
        assertThat(EventType.ofWireName("whatsapp.message.telepathic")).isEmpty();
        assertThat(EventType.ofWireName(null)).isEmpty();
    }

    private byte[] message(String members) {
        return single(
                "messages",
                list(
                        "messages",
                        "{\"from\":\"4917055501\",\"id\":\"wamid.1\",\"timestamp\":\"1790000100\","
                                + members
                                + "}"));
    }

    private String idOf(String accountUpdate) {
        return one(utf8(body(entry(change("account_update", accountUpdate))))).id().value();
    }

    private static MessageContent content(HubEvent event) {
        return ((Message) event.data()).content();
    }

    private List<HubEvent> read(byte[] body) {
        return reader.read(body, NOW);
    }

    private HubEvent one(byte[] body) {
        List<HubEvent> events = read(body);
        assertThat(events).hasSize(1);
        return events.get(0);
    }
}
