package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.ACCOUNT;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.history;
import static org.coexhub.testing.MetaBodies.imported;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.one;
import static org.coexhub.testing.MetaBodies.statuses;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.JournalMarks;
import org.coexhub.outbound.template.Templates;
import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Window, templates, consent and takeover: what the world is like, what is to be sent, what becomes of it. Each line
 * runs through the whole hub, from signed webhooks to a Graph over HTTP, with a customer of its own.
 */
class TheRulesBeforeSendingTest extends HubTest {

    private static final String SEND = "/graph/v24.0/" + NUMBER + "/messages";
    private static final String LIST = "/graph/v24.0/" + ACCOUNT + "/message_templates";
    private static final Set<String> VERDICTS = Set.of("sent", "held", "rejected", "expired");
    private static final Pattern HOURS_AGO = Pattern.compile("(.+) (\\d+) h ago");

    private static final String TEMPLATES =
            """
            {'data':[
            {'id':'1','name':'order_update','language':'en','status':'APPROVED','category':'UTILITY',
             'components':[{'type':'BODY','text':'Hello {{1}}, your order {{2}} is on its way.'}]},
            {'id':'2','name':'we_miss_you','language':'en','status':'APPROVED','category':'MARKETING',
             'components':[{'type':'BODY','text':'Hello, it has been a while.'}]},
            {'id':'3','name':'summer_offer','language':'en','status':'PAUSED','category':'UTILITY',
             'components':[{'type':'BODY','text':'Two for one.'}]}]}
            """;

    @Autowired private JournalMarks marks;

    @Autowired private Templates templates;

    private int steps;

    @BeforeEach
    void templatesAreKnown() throws Exception {
        HTTP.always(LIST, HttpSink.json(TEMPLATES));
        if (templates.of(new PhoneNumberId(NUMBER)).isEmpty()) {
            post(messages(text("4915900000", wamid("first"), now(), "hola")));
            post(templateWebhook("order_update", "APPROVED"));
            await().until(() -> templates.of(new PhoneNumberId(NUMBER)).size() == 3);
        }
    }

    @ParameterizedTest(name = "[{index}] {0} | {1} | {2}")
    @CsvSource(
            delimiter = '|',
            useHeadersInDisplayName = false,
            textBlock =
                    """
                    # the world                             | to be sent                   | verdict

                    # The window opens by what the customer does, at the time of it
                    nobody ever wrote                       | text                         | rejected window_closed
                    customer wrote 1 h ago                  | text                         | sent as text
                    customer wrote 23 h ago                 | text                         | sent as text
                    customer wrote 25 h ago                 | text                         | rejected window_closed
                    customer wrote 70 h ago                 | text                         | rejected window_closed
                    customer called 1 h ago                 | text                         | sent as text
                    customer called 25 h ago                | text                         | rejected window_closed
                    app wrote 1 h ago                       | text                         | rejected window_closed
                    history tells of 1 h ago                | text                         | rejected window_closed
                    free entry point                        | text                         | rejected window_closed

                    # Outside it the command says what is to happen
                    customer wrote 25 h ago                 | text with fallback           | sent as template
                    customer wrote 25 h ago                 | text with hold               | held
                    customer wrote 25 h ago                 | text with fallback and hold  | sent as template
                    customer wrote 1 h ago                  | text with fallback           | sent as text
                    customer wrote 1 h ago                  | text with hold               | sent as text
                    customer wrote 25 h ago                 | reaction                     | rejected window_closed
                    nobody ever wrote                       | read receipt                 | sent as receipt
                    nobody ever wrote                       | template order_update        | sent as template

                    # A template has to be there, in this language, allowed, and filled in
                    nobody ever wrote                       | template no_such             | rejected template_unavailable: there is no template
                    nobody ever wrote                       | template order_update in pt  | rejected template_unavailable: does not exist in 'pt'
                    nobody ever wrote                       | template summer_offer        | rejected template_unavailable: is paused by Meta
                    nobody ever wrote                       | order_update, 1 parameter    | rejected template_unavailable: takes 2 parameters
                    customer wrote 25 h ago                 | text with bad fallback       | rejected template_unavailable: there is no template

                    # Marketing goes to nobody who stopped it
                    nobody ever wrote                       | template we_miss_you         | sent as template
                    stops marketing                         | template we_miss_you         | rejected opted_out: user_preferences
                    stops marketing                         | template order_update        | sent as template
                    customer wrote 1 h ago, stops marketing | campaign text                | rejected opted_out
                    customer wrote 1 h ago, stops marketing | text                         | sent as text
                    stops marketing, resumes marketing      | template we_miss_you         | sent as template
                    customer says Stop!                     | template we_miss_you         | rejected opted_out: stop_word
                    customer says Please stop               | template we_miss_you         | sent as template
                    customer says Stop!, customer says start | template we_miss_you        | sent as template
                    Meta refuses marketing                  | template we_miss_you         | rejected opted_out: error_131050
                    stops marketing                         | fallback we_miss_you         | rejected opted_out

                    # A bot is silent while a person has the conversation
                    customer wrote 1 h ago, a person writes | bot text                     | rejected person_has_conversation
                    customer wrote 1 h ago, a person writes | agent text                   | sent as text
                    customer wrote 1 h ago, a person writes, a person types #bot | bot text | sent as text
                    customer wrote 1 h ago                  | bot text                     | sent as text
                    a person writes                         | bot text                     | rejected person_has_conversation
                    a person writes                         | bot text with hold           | rejected person_has_conversation
                    a person writes                         | bot template order_update    | rejected person_has_conversation
                    """)
    void table(String world, String wanted, String verdict) throws Exception {
        for (String step : world.split(", ")) {
            happens(step);
        }
        allIsRouted();

        String command = submit(command(wanted));

        await().until(() -> VERDICTS.contains(standing(command).path("state").asText()));
        assertThat(verdictOn(command)).startsWith(verdict.split(": ")[0]);
        if (verdict.contains(": ")) {
            assertThat(standing(command).path("detail").asText()).contains(verdict.split(": ")[1]);
        }
        assertThat(sends().isEmpty()).isEqualTo(!verdict.startsWith("sent"));
    }

    @Test
    void whatIsHeldGoesOutWhenTheCustomerWrites() throws Exception {
        happens("customer wrote 25 h ago");
        allIsRouted();
        String held = submit(command("text with hold"));
        await().until(() -> "held".equals(verdictOn(held)));

        happens("customer wrote 30 h ago");
        allIsRouted();
        assertThat(sends()).as("a late webhook opens nothing").isEmpty();
        happens("customer wrote 0 h ago");

        await().until(() -> "sent as text".equals(verdictOn(held)));
        assertThat(standing(held).path("transitions").findValuesAsText("state"))
                .startsWith("accepted", "queued", "held")
                .endsWith("queued", "sending", "sent");
    }

    @Test
    void whatIsHeldForSomebodyNeverHeardOfGoesOutWhenTheyCall() throws Exception {
        String held = submit(command("text with hold"));
        await().until(() -> "held".equals(verdictOn(held)));

        happens("customer called 0 h ago");

        await().until(() -> "sent as text".equals(verdictOn(held)));
    }

    /** Meta's titles are of any length; this one's has 72 characters. */
    @Test
    void aRefusalThatComesLaterFailsTheCommandHoweverLongItsTitle() throws Exception {
        happens("customer wrote 1 h ago");
        allIsRouted();
        String command = submit(command("text"));
        await().until(() -> "sent as text".equals(verdictOn(command)));

        post(
                statuses(
                        """
                        {"id":"%s","status":"failed","timestamp":"%d","recipient_id":"%s","errors":[{"code":131049,\
                        "title":"This message was not delivered to maintain healthy ecosystem engagement."}]}\
                        """
                                .formatted(
                                        standing(command).path("wamid").asText(),
                                        now(),
                                        customer)));

        await().until(() -> "failed".equals(standing(command).path("state").asText()));
        assertThat(standing(command).path("reason").asText()).isEqualTo("marketing_limit");
    }

    @Test
    void whatIsHeldEndsAtItsDeadline() throws Exception {
        Instant deadline = clock.instant().plusSeconds(2);
        String held =
                submit(
                        "{'type':'text','text':{'body':'soon'},'hub':{'hold':true,'expiresAt':'%s'}}"
                                .formatted(deadline));
        String patient = submit(command("text with hold"));

        await().until(() -> "expired".equals(standing(held).path("state").asText()));
        assertThat(standing(patient).path("state").asText()).isEqualTo("held");
        assertThat(Instant.parse(standing(patient).path("waitsUntil").asText()))
                .isAfter(clock.instant().plus(Duration.ofHours(71)));
        assertThat(sends()).isEmpty();
    }

    @Test
    void aTemplateStopsAsSoonAsItsWebhookSaysSo() throws Exception {
        HTTP.always(LIST, HttpSink.status(503));
        post(templateWebhook("we_miss_you", "DISABLED"));
        allIsRouted();

        String stopped = submit(command("template we_miss_you"));
        await().until(() -> "rejected template_unavailable".equals(verdictOn(stopped)));
        assertThat(standing(stopped).path("detail").asText()).contains("disabled by Meta");

        HTTP.always(LIST, HttpSink.json(TEMPLATES));
        post(templateWebhook("we_miss_you", "APPROVED"));
        await().until(
                        () ->
                                templates.of(new PhoneNumberId(NUMBER)).stream()
                                        .allMatch(t -> !"DISABLED".equals(t.status())));
    }

    @Test
    void aTemplateOfUnknownCategoryGoesToNobodyWhoStoppedMarketing() throws Exception {
        HTTP.always(LIST, HttpSink.status(503));
        post(templateWebhook("just_made", "APPROVED"));
        allIsRouted();

        String before = submit(command("template just_made"));
        await().until(() -> "sent as template".equals(verdictOn(before)));
        happens("customer says Stop!");
        allIsRouted();
        String after = submit(command("template just_made"));
        await().until(() -> "rejected opted_out".equals(verdictOn(after)));

        assertThat(standing(after).path("detail").asText())
                .contains("does not know the template's category", "whatsapp_business_management");
        HTTP.always(LIST, HttpSink.json(TEMPLATES));
        post(templateWebhook("order_update", "APPROVED"));
        await().until(() -> templates.of(new PhoneNumberId(NUMBER)).size() == 3);
    }

    @Test
    void everyDecisionOnMarketingIsKeptWithItsCause() throws Exception {
        happens("customer says Stop!");
        happens("resumes marketing");
        allIsRouted();
        postJson(consent(), "{'marketing':'stopped','reason':'asked by phone'}");

        JsonNode consent = getJson(consent());
        assertThat(consent.path("marketing").asText()).isEqualTo("stopped");
        assertThat(consent.path("cause").asText()).isEqualTo("operator");
        assertThat(consent.path("decisions").findValuesAsText("cause"))
                .containsExactly("operator", "user_preferences", "stop_word");
        assertThat(consent.path("decisions").findValuesAsText("detail"))
                .contains("asked by phone", "stop");
        assertThat(postJson(consent(), "{'marketing':'perhaps'}").statusCode()).isEqualTo(422);
    }

    @Test
    void whenMetaHasClosedTheWindowFirstTheFallbackGoes() throws Exception {
        happens("customer wrote 1 h ago");
        allIsRouted();
        HTTP.then(
                SEND,
                exchange -> {
                    byte[] error =
                            "{\"error\":{\"code\":131047,\"message\":\"Re-engagement message\"}}"
                                    .getBytes();
                    exchange.sendResponseHeaders(400, error.length);
                    exchange.getResponseBody().write(error);
                    exchange.close();
                });

        String command = submit(command("text with fallback"));

        await().until(() -> "sent as template".equals(verdictOn(command)));
        assertThat(standing(command).path("fallback").asBoolean()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"190, token_invalid", "10, number_suspended"})
    void whileItsNumberIsSuspendedACommandSaysSo(int code, String waitsFor) throws Exception {
        happens("customer wrote 1 h ago");
        allIsRouted();
        HTTP.then(
                SEND,
                exchange -> {
                    byte[] error =
                            "{\"error\":{\"code\":%d,\"message\":\"no\"}}"
                                    .formatted(code)
                                    .getBytes();
                    exchange.sendResponseHeaders(400, error.length);
                    exchange.getResponseBody().write(error);
                    exchange.close();
                });

        String refused = submit(command("text"));
        await().until(() -> standing(refused).has("waitsFor"));
        String next = submit(command("text"));

        for (String command : List.of(refused, next)) {
            assertThat(standing(command).path("waitsFor").asText()).isEqualTo(waitsFor);
        }
        await().until(() -> "sent as text".equals(verdictOn(next)));
        for (String command : List.of(refused, next)) {
            assertThat(standing(command).has("waitsFor")).isFalse();
        }
    }

    private void happens(String step) throws Exception {
        Matcher ago = HOURS_AGO.matcher(step);
        String what = ago.matches() ? ago.group(1) : step;
        long hours = ago.matches() ? Long.parseLong(ago.group(2)) : 0;
        long at = now() - hours * 3600 + steps;
        String wamid = wamid("step" + steps++);
        byte[] body =
                switch (what) {
                    case "nobody ever wrote" -> null;
                    case "customer wrote" -> messages(text(customer, wamid, at, "hola"));
                    case "customer called" -> one("calls", call(wamid, at));
                    case "app wrote", "a person writes" ->
                            echoes(echo(customer, wamid, at, "yo me encargo"));
                    case "a person types #bot" -> echoes(echo(customer, wamid, at, "#bot"));
                    case "history tells of" ->
                            history(customer, imported(customer, wamid, at, "antes"));
                    case "free entry point" -> statuses(freeEntryPoint(wamid, at));
                    case "stops marketing" -> one("user_preferences", preference("stop", at));
                    case "resumes marketing" -> one("user_preferences", preference("resume", at));
                    case "Meta refuses marketing" -> statuses(refusal(wamid, at));
                    default -> {
                        assertThat(what).startsWith("customer says ");
                        String words = what.substring("customer says ".length());
                        yield messages(text(customer, wamid, at, words));
                    }
                };
        if (body != null) {
            assertThat(post(body)).isEqualTo(200);
        }
    }

    private String command(String wanted) {
        boolean hold = wanted.contains("hold");
        String hub = hold ? ",'hub':{'hold':true}" : "";
        return switch (wanted) {
            case "text", "text with hold" -> words(hub);
            case "text with fallback" -> words(fallback("order_update", 2, false));
            case "text with fallback and hold" -> words(fallback("order_update", 2, true));
            case "text with bad fallback" -> words(fallback("no_such", 0, false));
            case "fallback we_miss_you" -> words(fallback("we_miss_you", 0, false));
            case "campaign text" -> words(",'hub':{'source':'campaign'}");
            case "bot text" -> words(",'hub':{'source':'bot'}");
            case "bot text with hold" -> words(",'hub':{'source':'bot','hold':true}");
            case "agent text" -> words(",'hub':{'source':'agent'}");
            case "bot template order_update" ->
                    "{'type':'template','template':%s,'hub':{'source':'bot'}}"
                            .formatted(template("order_update", "en", 2));
            case "reaction" ->
                    "{'type':'reaction','reaction':{'message_id':'wamid.x','emoji':'👍'}}";
            case "read receipt" -> "{'status':'read','message_id':'%s'}".formatted(wamid("read"));
            case "order_update, 1 parameter" -> templateMessage("order_update", "en", 1);
            case "template order_update" -> templateMessage("order_update", "en", 2);
            case "template order_update in pt" -> templateMessage("order_update", "pt", 2);
            default -> templateMessage(wanted.substring("template ".length()), "en", 0);
        };
    }

    private static String words(String hub) {
        return "{'type':'text','text':{'body':'words'}%s}".formatted(hub);
    }

    private static String fallback(String name, int parameters, boolean hold) {
        return ",'hub':{'hold':%b,'fallbackTemplate':%s}"
                .formatted(hold, template(name, "en", parameters));
    }

    private static String templateMessage(String name, String language, int parameters) {
        return "{'type':'template','template':%s}".formatted(template(name, language, parameters));
    }

    private static String template(String name, String language, int parameters) {
        List<String> words =
                IntStream.range(0, parameters)
                        .mapToObj(i -> "{'type':'text','text':'word'}")
                        .toList();
        String components =
                parameters == 0
                        ? ""
                        : ",'components':[{'type':'body','parameters':[%s]}]"
                                .formatted(String.join(",", words));
        return "{'name':'%s','language':{'code':'%s'}%s}".formatted(name, language, components);
    }

    private String submit(String message) throws Exception {
        boolean receipt = message.contains("'status'");
        String to = receipt ? "" : "'to':'%s',".formatted(customer);
        String body =
                message.replaceFirst("\\{", "{'from':'%s',%s".formatted(NUMBER, to))
                        .replace('\'', '"');
        var answer =
                send(
                        authorized("/api/v1/messages")
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", wamid("key" + steps++))
                                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json.readTree(answer.body()).path("commandId").asText();
    }

    private String verdictOn(String command) throws Exception {
        JsonNode standing = standing(command);
        String state = standing.path("state").asText();
        return switch (state) {
            case "sent" -> "sent as " + kindOf(sends().getLast());
            case "rejected" -> state + " " + standing.path("reason").asText();
            default -> state;
        };
    }

    private String kindOf(HttpSink.Request request) throws Exception {
        return json.readTree(request.body()).path("type").asText("receipt");
    }

    private List<HttpSink.Request> sends() {
        return HTTP.requests(SEND, customer);
    }

    private JsonNode standing(String command) throws Exception {
        return getJson("/api/v1/messages/" + command);
    }

    private String consent() {
        return "/api/v1/conversations/" + conversation() + "/consent";
    }

    /** Everything posted so far is in the store. */
    private void allIsRouted() {
        List<UUID> put = marks.put(IntStream.range(0, 64).boxed().toList());
        await().pollInterval(Duration.ofMillis(5)).until(() -> marks.arePassed(put));
    }

    private String call(String id, long at) {
        return """
        "calls":[{"id":"%s","from":"%s","to":"49305550100","event":"connect","direction":"USER_INITIATED","timestamp":"%d"}]\
        """
                .formatted(id, customer, at);
    }

    private String preference(String value, long at) {
        return """
        "contacts":[{"wa_id":"%s"}],"user_preferences":[{"wa_id":"%s","detail":"told in WhatsApp",\
        "category":"marketing_messages","value":"%s","timestamp":%d}]\
        """
                .formatted(customer, customer, value, at);
    }

    private String refusal(String wamid, long at) {
        return """
        {"id":"%s","status":"failed","timestamp":"%d","recipient_id":"%s","errors":[{"code":131050,"title":"stopped"}]}\
        """
                .formatted(wamid, at, customer);
    }

    private String freeEntryPoint(String wamid, long at) {
        return """
        {"id":"%s","status":"sent","timestamp":"%d","recipient_id":"%s","conversation":{"id":"c",\
        "expiration_timestamp":"%d","origin":{"type":"referral_conversion"}}}\
        """
                .formatted(wamid, at, customer, at + 200_000);
    }

    private static byte[] templateWebhook(String name, String status) {
        return """
        {"object":"whatsapp_business_account","entry":[{"id":"%s","time":%d,"changes":[{"field":\
        "message_template_status_update","value":{"event":"%s","message_template_id":1,"message_template_name":"%s",\
        "message_template_language":"en","reason":"NONE"}}]}]}\
        """
                .formatted(ACCOUNT, System.nanoTime() / 1_000_000, status, name)
                .getBytes();
    }
}
