package org.coexhub.outbound.send.provenance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.testing.FreePorts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jms.core.JmsTemplate;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** CRM → WhatsApp → CRM ends, whether the systems on either side count hops or not. */
class AMessageDoesNotCircleTest {

    private static final HttpSink HTTP = new HttpSink();
    private static final String SEND = "/graph/v24.0/" + NUMBER + "/messages";
    private static final AtomicInteger CUSTOMERS = new AtomicInteger(200_000);

    private static StartedHub hub;
    private static JmsTemplate jms;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final String customer = "4917" + CUSTOMERS.incrementAndGet();

    @BeforeAll
    static void start() {
        String broker = "tcp://127.0.0.1:" + FreePorts.next();
        HubFolder folder =
                HubFolder.fresh()
                        .destination("crm-a", delivering("crm-a", ""))
                        .destination("crm-b", delivering("crm-b", ""))
                        .destination("reader", delivering("reader", ", notFrom: crm-a"));
        hub =
                StartedHub.on(
                        folder,
                        "hub.meta.graph-url=" + HTTP.url("/graph"),
                        "hub.broker.listen=" + broker,
                        "hub.broker.user=esb",
                        "hub.broker.password=esb-password");
        jms = new JmsTemplate(new ActiveMQConnectionFactory(broker, "esb", "esb-password"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void theCustomerWrites() throws Exception {
        int status = hub.post(messages(text(customer, wamid("first"), now(), "hello")));
        assertThat(status).isEqualTo(200);
        await().until(() -> !events("whatsapp.message.received").isEmpty());
    }

    @Test
    void twoThatCountHopsStopAtTheLimit() throws Exception {
        MirroringCrm a = MirroringCrm.counting("crm-a", this::byJms);
        MirroringCrm b = MirroringCrm.counting("crm-b", this::byJms);
        listen(a, b);

        a.write(NUMBER, customer, "Your table is ready");

        await().until(() -> rejections().equals(List.of("too_many_hops")));
        assertThat(sent())
                .containsExactly(
                        "Your table is ready",
                        "crm-b: Your table is ready",
                        "crm-a: crm-b: Your table is ready");
        assertThat(events("whatsapp.message.sent"))
                .extracting(event -> event.at("/data/command/hops").asInt())
                .containsExactly(1, 2, 3);
        JsonNode rejected = events("whatsapp.command.rejected").getFirst();
        assertThat(rejected.at("/data/command/hops").asInt()).isEqualTo(4);
        assertThat(rejected.at("/data/detail").asText()).contains("HUB_COMMAND_MAX_HOPS");
    }

    @Test
    void oneThatDoesNotCountIsStoppedAtItsFirstCopy() throws Exception {
        MirroringCrm a = MirroringCrm.counting("crm-a", this::byJms);
        listen(a, MirroringCrm.dumb(this::byRest));

        a.write(NUMBER, customer, "Your table is ready");

        await().until(() -> rejections().equals(List.of("circle")));
        assertThat(sent()).containsExactly("Your table is ready");
    }

    @Test
    void twoThatNeitherCountNorGiveANameAreStoppedAtTheSecondCopy() throws Exception {
        MirroringCrm a = MirroringCrm.dumb(this::byRest);
        listen(a, MirroringCrm.dumb(this::byRest));

        a.write(NUMBER, customer, "Your table is ready");

        await().until(() -> rejections().equals(List.of("circle")));
        assertThat(sent()).containsExactly("Your table is ready", "Your table is ready");
    }

    @Test
    void twoThatDoNotEvenSayWhatTheyAreAreStoppedAfterTen() throws Exception {
        MirroringCrm a = MirroringCrm.dumbest(this::byRest);
        listen(a, MirroringCrm.dumbest(this::byRest));

        a.write(NUMBER, customer, "Your table is ready");

        await().until(() -> rejections().equals(List.of("circle")));
        assertThat(sent()).hasSize(10).containsOnly("Your table is ready");
    }

    @Test
    void whatAPersonTypesInTheAppIsNotSentAgain() throws Exception {
        listen(MirroringCrm.dumb(this::byRest), MirroringCrm.dumb(this::byRest));

        hub.post(echoes(echo(customer, wamid("app"), now(), "I will look after it")));

        await().until(() -> rejections().equals(List.of("circle", "circle")));
        assertThat(sent()).isEmpty();
    }

    @Test
    void aSourceMaySayTheSameTwice() throws Exception {
        MirroringCrm a = MirroringCrm.counting("crm-a", this::byJms);
        HTTP.usual("/crm-b");
        HTTP.always("/crm-a", a.hears());

        a.write(NUMBER, customer, "One more minute");
        await().until(() -> events("whatsapp.message.sent").size() == 1);
        a.write(NUMBER, customer, "One more minute");

        await().until(() -> events("whatsapp.message.sent").size() == 2);
        assertThat(sent()).containsExactly("One more minute", "One more minute");
    }

    @Test
    void aDestinationNeedNotHearWhatItsOwnSourceSent() throws Exception {
        HTTP.usual("/crm-a");
        HTTP.usual("/crm-b");
        command("crm-a", "mine", 0);
        command("crm-b", "yours", 0);
        command("crm-a", "late", 3);

        await().until(() -> heard("reader").contains("late"));
        await().until(() -> heard("reader").contains("yours"));
        await().until(() -> heard("crm-a").contains("mine"));
        assertThat(heard("reader")).doesNotContain("mine");
        assertThat(HTTP.requests("/reader", "\"text\":\"yours\"").getFirst().headers())
                .containsEntry("Source-name", "crm-b");
    }

    private List<String> heard(String destination) throws Exception {
        var words = new ArrayList<String>();
        for (HttpSink.Request request : HTTP.requests("/" + destination, customer)) {
            words.add(json.readTree(request.body()).at("/data/text").asText());
        }
        return words;
    }

    private void listen(MirroringCrm a, MirroringCrm b) {
        HTTP.always("/crm-a", a.hears());
        HTTP.always("/crm-b", b.hears());
    }

    private static String delivering(String name, String more) {
        return """
        - route:
            id: destination-%1$s
            from:
              uri: destination:%1$s
              parameters: {events: "whatsapp.message.*,whatsapp.command.*"%2$s}
              steps:
                - setHeader: {id: %1$s-source, name: source-name, simple: "${header.HubSourceName}"}
                - removeHeaders: {id: %1$s-clear, pattern: "*", excludePattern: source-name}
                - to:
                    id: %1$s-deliver
                    uri: "%3$s"
                    parameters: {httpMethod: POST, skipResponseHeaders: true}
        """
                .formatted(name, more, HTTP.url("/" + name));
    }

    private void command(String source, String words, int hops) throws Exception {
        byRest(
                """
                {"from":"%s","to":"%s","type":"text","text":{"body":"%s"},
                 "hub":{"source":"crm","sourceName":"%s","hops":%d}}\
                """
                        .formatted(NUMBER, customer, words, source, hops),
                words + customer);
    }

    private String byRest(String command, String key) throws Exception {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + hub.port()
                                                        + "/api/v1/messages"))
                                .header("Authorization", "Bearer " + StartedHub.API_TOKEN)
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", key)
                                .POST(HttpRequest.BodyPublishers.ofString(command))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return json.readTree(answer.body()).path("commandId").asText();
    }

    private String byJms(String command, String key) {
        jms.send(
                "wa.commands",
                session -> {
                    var message = session.createTextMessage(command);
                    message.setStringProperty("idempotencyKey", key);
                    return message;
                });
        return key;
    }

    private List<String> sent() throws Exception {
        var words = new ArrayList<String>();
        for (HttpSink.Request request : HTTP.requests(SEND, customer)) {
            words.add(json.readTree(request.body()).at("/text/body").asText());
        }
        return words;
    }

    private List<String> rejections() throws Exception {
        return events("whatsapp.command.rejected").stream()
                .map(event -> event.at("/data/reason").asText())
                .toList();
    }

    private List<JsonNode> events(String type) throws Exception {
        var events = new ArrayList<JsonNode>();
        json.readTree(
                        hub.get(
                                        "/api/v1/events?limit=1000&type=%s&conversation=%s:%s"
                                                .formatted(type, NUMBER, customer))
                                .body())
                .path("events")
                .forEach(events::add);
        return events;
    }

    private String wamid(String name) {
        return "wamid.circle." + customer + "." + name;
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }
}
