package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Queues;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

/** Every operation of openapi.yaml is called on the running hub, and every answer is held against its description. */
@WithRunningHub
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiMatchesOpenApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SEND =
            """
            {"from":"%s","to":"447700900123","type":"text","text":{"body":"described"}}\
            """
                    .formatted(RunningHub.NUMBER);

    private static final String BULK =
            """
            {"message":{"from":"%s","type":"text","text":{"body":"described"},"hub":{"sendAt":"%s"}},\
            "recipients":[{"to":"447700900124"},{"to":"none"}]}\
            """;

    private final OpenApi openApi = new OpenApi();
    private RunningHub hub;
    private String conversation;
    private String command;
    private String held;
    private String laterBulk;
    private String doneBulk;
    private String key;
    private List<String> letters;
    private String picture;

    /** One request and the status it has to be answered with. */
    private record Call(int status, String operation, String path, String body, String... headers) {
        @Override
        public String toString() {
            return status + " " + operation;
        }
    }

    @BeforeAll
    void giveTheHubSomethingToTell(RunningHub running) {
        hub = running;
        for (int i = 0; i < 3; i++) {
            hub.post("/sandbox/api/customers/ana/messages", "{\"text\":\"Hello " + i + "\"}");
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(hub.get("/api/v1/numbers").path("numbers")).isNotEmpty());
        leaveADestination();
        leaveOperations();
        picture = pictureOfACustomer();
        await().atMost(PATIENCE)
                .until(() -> hub.get("/api/v1/dead-letters").path("deadLetters").size() >= 3);
        letters =
                hub.get("/api/v1/dead-letters").path("deadLetters").findValuesAsText("id").stream()
                        .toList();
        conversation =
                hub.get("/api/v1/conversations").path("conversations").path(0).path("id").asText();
        held =
                hub.post(
                                "/api/v1/messages",
                                SEND.replace(
                                        "}}", "},\"hub\":{\"sendAt\":\"2999-01-01T00:00:00Z\"}}"),
                                "Idempotency-Key",
                                UUID.randomUUID().toString())
                        .path("commandId")
                        .asText();
        key = UUID.randomUUID().toString();
        command =
                hub.post("/api/v1/messages", SEND, "Idempotency-Key", key)
                        .path("commandId")
                        .asText();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                hub.get("/api/v1/messages/" + command)
                                                        .path("wamid")
                                                        .asText())
                                        .isNotEmpty());
        laterBulk = bulk("later", "2099-01-01T00:00:00Z");
        doneBulk = bulk("done", "2026-01-01T00:00:00Z");
        await().atMost(PATIENCE).until(() -> hub.get("/api/v1/bulk/" + doneBulk).has("closedAt"));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(hub.get("/api/v1/costs").path("rows")).isNotEmpty());
    }

    /** Sent by a simulated customer, fetched by the hub from simulated Meta. */
    private String pictureOfACustomer() {
        hub.post("/sandbox/api/customers/ana/pictures", "{}");
        String image = "/api/v1/events?limit=1000&type=whatsapp.message.received";
        String id =
                await().atMost(PATIENCE)
                        .until(
                                () -> {
                                    for (JsonNode event : hub.get(image).path("events")) {
                                        JsonNode media = event.path("data").path("media");
                                        if (media.has("id")) {
                                            return media.path("id").asText();
                                        }
                                    }
                                    return "";
                                },
                                found -> !found.isEmpty());
        await().atMost(PATIENCE)
                .until(
                        () ->
                                hub.call(
                                                "GET",
                                                "/api/v1/media/" + id,
                                                null,
                                                "Authorization",
                                                "Bearer " + RunningHub.TOKEN)
                                        .status(),
                        status -> status == 200);
        return id;
    }

    /** One whose file is gone since a moment ago. */
    private void leaveADestination() {
        QueueNames.ofDestination("left").forEach(hub.bean("queues", Queues.class)::ensure);
        var store = new JdbcTemplate(hub.bean("dataSource", DataSource.class));
        store.update("INSERT INTO destination (name, filter) VALUES ('left', 'whatsapp.none|||')");
        store.update(
                "INSERT INTO destination_node (name, node, running, filter, circuit, seen_at)"
                        + " VALUES ('left', 'gone', FALSE, 'whatsapp.none|||', 'closed',"
                        + " CURRENT_TIMESTAMP)");
    }

    private void leaveOperations() {
        var store = new JdbcTemplate(hub.bean("dataSource", DataSource.class));
        for (String state : List.of("done", "cancelled")) {
            store.update(
                    "INSERT INTO operation (id, kind, name, asked_by, request, state, started_at,"
                            + " ended_at) VALUES (?, 'replay', 'left', 'api', '{}', ?,"
                            + " CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)",
                    "op-" + state,
                    state);
        }
    }

    private String bulk(String name, String begins) {
        String order = BULK.formatted(RunningHub.NUMBER, begins);
        return hub.post("/api/v1/bulk", order, "Idempotency-Key", name).path("bulkId").asText();
    }

    @TestFactory
    Stream<DynamicTest> everyAnswerIsAsDescribed() {
        return calls().stream()
                .map(
                        call ->
                                DynamicTest.dynamicTest(
                                        call.toString(),
                                        () -> {
                                            var answer = answer(call);
                                            assertThat(answer.status()).isEqualTo(call.status);
                                            assertThat(openApi.faults(call.operation, answer))
                                                    .isEmpty();
                                        }));
    }

    /** With none: of wrong ones there may not be as many from one place within a minute. */
    @TestFactory
    Stream<DynamicTest> nothingOfTheApiAnswersWithoutTheToken() {
        return openApi.operations().stream()
                .filter(operation -> operation.contains("/api/v1/"))
                .map(
                        operation ->
                                DynamicTest.dynamicTest(
                                        operation,
                                        () -> {
                                            String[] parts = operation.split(" ");
                                            var answer =
                                                    hub.call(
                                                            parts[0],
                                                            parts[1].replaceAll("[{}]", ""),
                                                            null);
                                            assertThat(answer.status()).isEqualTo(401);
                                            assertThat(openApi.faults(operation, answer)).isEmpty();
                                        }));
    }

    /** Here, or by {@link WebhookDoorsMatchOpenApiTest}. */
    @Test
    void everyDescribedOperationIsCalledWithSuccess() {
        Set<String> called =
                calls().stream()
                        .filter(call -> call.status < 300)
                        .map(Call::operation)
                        .collect(Collectors.toCollection(TreeSet::new));
        called.addAll(WebhookDoorsMatchOpenApiTest.OPERATIONS);
        assertThat(called).isEqualTo(openApi.operations());
    }

    /** Left out: the hub starting or its stores away, and a body that is too large for a test of words. */
    @Test
    void everyDescribedRefusalIsCalled() {
        Map<String, Set<String>> missing = new HashMap<>();
        Set<String> operations = openApi.operations();
        operations.removeAll(WebhookDoorsMatchOpenApiTest.OPERATIONS);
        for (String operation : operations) {
            var statuses = new TreeSet<>(openApi.statuses(operation));
            statuses.removeAll(Set.of("401", "503"));
            calls().stream()
                    .filter(call -> call.operation.equals(operation))
                    .forEach(call -> statuses.remove(Integer.toString(call.status)));
            if (!statuses.isEmpty()) {
                missing.put(operation, statuses);
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyPathOfTheControllersIsDescribedAndNoOther() {
        var mapping = hub.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class);
        Set<String> mapped = new TreeSet<>();
        for (Map.Entry<RequestMappingInfo, HandlerMethod> entry :
                mapping.getHandlerMethods().entrySet()) {
            if (entry.getValue().getBeanType().getPackageName().equals("org.coexhub.api")) {
                mapped.addAll(operations(entry.getKey()));
            }
        }
        Set<String> described = new TreeSet<>(openApi.operations());
        described.removeIf(operation -> !operation.contains("/api/"));
        assertThat(described).isEqualTo(mapped);
    }

    @Test
    void theDescriptionAndItsSchemasAreServedWithoutToken() {
        var description = hub.call("GET", "/api/openapi.yaml", null);
        var schema = hub.call("GET", "/schemas/cloudevent.schema.json", null);

        assertThat(description.status()).isEqualTo(200);
        assertThat(new String(description.body(), java.nio.charset.StandardCharsets.UTF_8))
                .startsWith("# The hub's HTTP interface")
                .contains("openapi: 3.1.0");
        assertThat(schema.status()).isEqualTo(200);
        assertThat(hub.tree(schema).path("title").asText()).isEqualTo("Event of the hub");
    }

    @Test
    void everyEventOfTheFeedMatchesTheSchemaOfItsType() {
        for (JsonNode event : hub.get("/api/v1/events?limit=1000").path("events")) {
            assertThat(Schemas.faultsOfEvent(event)).as(event.path("id").asText()).isEmpty();
        }
    }

    private static Collection<String> operations(RequestMappingInfo info) {
        return info.getMethodsCondition().getMethods().stream()
                .flatMap(
                        method -> info.getPatternValues().stream().map(path -> method + " " + path))
                .toList();
    }

    private RunningHub.Answer answer(Call call) {
        var headers = new ArrayList<>(List.of("Authorization", "Bearer " + RunningHub.TOKEN));
        if (!List.of(call.headers).contains("Content-Type")) {
            headers.addAll(List.of("Content-Type", "application/json"));
        }
        headers.addAll(List.of(call.headers));
        String method = call.operation.split(" ")[0];
        return hub.call(method, call.path, call.body, headers.toArray(String[]::new));
    }

    private List<Call> calls() {
        var calls = new ArrayList<Call>();
        calls.addAll(webhooks());
        calls.addAll(signedCommands());
        calls.addAll(hubSpot());
        calls.addAll(messages());
        calls.addAll(media());
        calls.addAll(bulks());
        calls.addAll(events());
        calls.addAll(conversations());
        calls.addAll(costs());
        calls.addAll(destinations());
        calls.addAll(deadLetters());
        calls.addAll(replays());
        calls.addAll(operations());
        calls.addAll(sending());
        return calls;
    }

    private static List<Call> webhooks() {
        String path = "/webhooks/whatsapp";
        String query = path + "?hub.mode=subscribe&hub.challenge=1158&hub.verify_token=";
        String large = "\"" + "x".repeat(4 * 1024 * 1024) + "\"";
        return List.of(
                new Call(200, "GET " + path, query + RunningHub.VERIFY_TOKEN, null),
                new Call(403, "GET " + path, query + "guessed", null),
                new Call(
                        200,
                        "POST " + path,
                        path,
                        "{}",
                        "X-Hub-Signature-256",
                        "sha256=" + RunningHub.hmac("{}")),
                new Call(401, "POST " + path, path, "{}", "X-Hub-Signature-256", "sha256=00"),
                new Call(413, "POST " + path, path, large));
    }

    private static List<Call> signedCommands() {
        String operation = "POST /webhooks/commands";
        String path = "/webhooks/commands";
        String large = "{\"from\":\"" + "x".repeat(256 * 1024) + "\"}";
        String id = UUID.randomUUID().toString();
        String[] key = {"signed-" + id, "k".repeat(250)};
        return List.of(
                new Call(202, operation, path, SEND, signed(key[0], SEND)),
                new Call(400, operation, path, SEND, signed(key[1], SEND)),
                new Call(401, operation, path, SEND),
                new Call(
                        403,
                        operation,
                        path,
                        SEND,
                        signed(RunningHub.CALLERS_SECRET, "not-its-number", SEND)),
                new Call(
                        409,
                        operation,
                        path,
                        SEND.replace("described", "else"),
                        signed(key[0], SEND.replace("described", "else"))),
                new Call(413, operation, path, large, signed("large", large)),
                new Call(422, operation, path, "{}", signed("form", "{}")));
    }

    private static List<Call> hubSpot() {
        String operation = "POST /webhooks/hubspot";
        String path = "/webhooks/hubspot";
        String key = UUID.randomUUID().toString();
        String one =
                "{\"from\":\"%s\",\"to\":\"+44 7700 900123\",\"text\":\"described\",\"key\":\"%s\"}"
                        .formatted(RunningHub.NUMBER, key);
        String other = one.replace("described", "else");
        String longKey = one.replace(key, "k".repeat(250));
        String large = "{\"text\":\"" + "x".repeat(256 * 1024) + "\"}";
        String ours = "{\"whatsapp_message_id\":\"wamid.ours\"}";
        return List.of(
                new Call(200, operation, path, ours, signedByHubSpot(ours)),
                new Call(202, operation, path, one, signedByHubSpot(one)),
                new Call(400, operation, path, longKey, signedByHubSpot(longKey)),
                new Call(401, operation, path, one),
                new Call(409, operation, path, other, signedByHubSpot(other)),
                new Call(413, operation, path, large, signedByHubSpot(large)),
                new Call(422, operation, path, "{}", signedByHubSpot("{}")));
    }

    private static String[] signedByHubSpot(String body) {
        String timestamp = Long.toString(System.currentTimeMillis());
        String content = "POST" + RunningHub.HUBSPOT_KNOWS + "/webhooks/hubspot" + body + timestamp;
        return new String[] {
            "X-HubSpot-Request-Timestamp",
            timestamp,
            "X-HubSpot-Signature-v3",
            RunningHub.hubSpotHmac(content)
        };
    }

    private static String[] signed(String id, String body) {
        return signed(RunningHub.COMMANDS_SECRET, id, body);
    }

    private static String[] signed(String secret, String id, String body) {
        String timestamp = Long.toString(System.currentTimeMillis() / 1000);
        return new String[] {
            "webhook-id",
            id,
            "webhook-timestamp",
            timestamp,
            "webhook-signature",
            "v1," + RunningHub.commandHmac(secret, id + "." + timestamp + "." + body)
        };
    }

    private List<Call> messages() {
        String path = "/api/v1/messages";
        String one = "GET " + path + "/{commandId}";
        String cancel = "DELETE " + path + "/{commandId}";
        String fresh = UUID.randomUUID().toString();
        String large = "{\"from\":\"" + "x".repeat(256 * 1024) + "\"}";
        return List.of(
                new Call(202, "POST " + path, path, SEND, "Idempotency-Key", key),
                new Call(400, "POST " + path, path, SEND),
                new Call(
                        409,
                        "POST " + path,
                        path,
                        SEND.replace("described", "else"),
                        "Idempotency-Key",
                        key),
                new Call(413, "POST " + path, path, large, "Idempotency-Key", fresh),
                new Call(
                        422, "POST " + path, path, "{\"type\":\"text\"}", "Idempotency-Key", fresh),
                new Call(200, one, path + "/" + command, null),
                new Call(404, one, path + "/" + fresh, null),
                new Call(200, cancel, path + "/" + held, null),
                new Call(404, cancel, path + "/" + fresh, null),
                new Call(409, cancel, path + "/" + command, null));
    }

    private List<Call> media() {
        String path = "/api/v1/media";
        String upload = "POST " + path;
        String one = "GET " + path + "/{id}";
        String from = path + "?from=" + RunningHub.NUMBER;
        String large = "x".repeat(5 * 1024 * 1024 + 1);
        String[] png = {"Content-Type", "image/png"};
        return List.of(
                new Call(200, one, path + "/" + picture, null),
                new Call(404, one, path + "/none", null),
                new Call(201, upload, from, "picture", png),
                new Call(201, upload, from + "&media=" + picture, null),
                new Call(400, upload, path + "?from=me", "picture", png),
                new Call(404, upload, from + "&media=none", null),
                new Call(413, upload, from, large, png),
                new Call(415, upload, from, "archive", "Content-Type", "application/zip"),
                new Call(422, upload, path + "?from=2", "picture", png),
                new Call(
                        502,
                        upload,
                        path + "?from=" + RunningHub.NOT_METAS_NUMBER,
                        "picture",
                        png));
    }

    private List<Call> bulks() {
        String path = "/api/v1/bulk";
        String one = path + "/{id}";
        String order = BULK.formatted(RunningHub.NUMBER, "2099-01-01T00:00:00Z");
        String other = BULK.formatted(RunningHub.NUMBER, "2099-01-02T00:00:00Z");
        String large = "{\"message\":\"" + "x".repeat(16 * 1024 * 1024) + "\"}";
        String nobody = path + "/" + UUID.randomUUID();
        return List.of(
                new Call(202, "POST " + path, path, order, "Idempotency-Key", "later"),
                new Call(400, "POST " + path, path, order),
                new Call(409, "POST " + path, path, other, "Idempotency-Key", "later"),
                new Call(413, "POST " + path, path, large, "Idempotency-Key", "large"),
                new Call(422, "POST " + path, path, "{}", "Idempotency-Key", "faulty"),
                new Call(200, "GET " + one, path + "/" + doneBulk, null),
                new Call(404, "GET " + one, nobody, null),
                new Call(200, "GET " + one + "/report", path + "/" + doneBulk + "/report", null),
                new Call(404, "GET " + one + "/report", nobody + "/report", null),
                new Call(200, "DELETE " + one, path + "/" + laterBulk, null),
                new Call(404, "DELETE " + one, nobody, null),
                new Call(409, "DELETE " + one, path + "/" + doneBulk, null));
    }

    private List<Call> events() {
        String path = "/api/v1/events";
        String number = "/api/v1/numbers";
        return List.of(
                new Call(200, "GET " + path, path + "?limit=1000", null),
                new Call(200, "GET " + path, path + "?type=whatsapp.message.*&limit=2", null),
                new Call(200, "GET " + path, path + "?type=no.such.type&wait=1", null),
                new Call(400, "GET " + path, path + "?limit=1001", null),
                new Call(200, "GET " + number, number, null),
                new Call(200, "GET " + number + "/{id}", number + "/" + RunningHub.NUMBER, null),
                new Call(404, "GET " + number + "/{id}", number + "/1", null));
    }

    private List<Call> conversations() {
        String path = "/api/v1/conversations";
        String one = path + "/{id}";
        String messages = one + "/messages";
        String handover = one + "/handover";
        String consent = one + "/consent";
        String id = path + "/" + conversation;
        return List.of(
                new Call(200, "GET " + path, path, null),
                new Call(400, "GET " + path, path + "?limit=0", null),
                new Call(200, "GET " + one, id, null),
                new Call(404, "GET " + one, path + "/none", null),
                new Call(200, "GET " + messages, id + "/messages", null),
                new Call(400, "GET " + messages, id + "/messages?limit=501", null),
                new Call(404, "GET " + messages, path + "/none/messages", null),
                new Call(200, "POST " + handover, id + "/handover", "{\"to\":\"human\"}"),
                new Call(200, "POST " + handover, id + "/handover", "{\"to\":\"bot\"}"),
                new Call(400, "POST " + handover, id + "/handover", "{"),
                new Call(404, "POST " + handover, path + "/none/handover", "{\"to\":\"bot\"}"),
                new Call(422, "POST " + handover, id + "/handover", "{\"to\":\"nobody\"}"),
                new Call(200, "GET " + consent, id + "/consent", null),
                new Call(404, "GET " + consent, path + "/none/consent", null),
                new Call(
                        200,
                        "POST " + consent,
                        id + "/consent",
                        "{\"marketing\":\"stopped\",\"reason\":\"by phone\"}"),
                new Call(200, "POST " + consent, id + "/consent", "{\"marketing\":\"allowed\"}"),
                new Call(400, "POST " + consent, id + "/consent", "{"),
                new Call(
                        404,
                        "POST " + consent,
                        path + "/none/consent",
                        "{\"marketing\":\"stopped\"}"),
                new Call(422, "POST " + consent, id + "/consent", "{\"marketing\":\"perhaps\"}"));
    }

    private static List<Call> costs() {
        String path = "/api/v1/costs";
        String all = "?groupBy=day,number,category,type,model,source&number=" + RunningHub.NUMBER;
        return List.of(
                new Call(200, "GET " + path, path, null),
                new Call(200, "GET " + path, path + all, null),
                new Call(400, "GET " + path, path + "?from=yesterday", null),
                new Call(400, "GET " + path, path + "?groupBy=customer", null));
    }

    private static List<Call> destinations() {
        String path = "/api/v1/destinations";
        String one = path + "/{name}";
        return List.of(
                new Call(200, "GET " + path, path, null),
                new Call(200, "GET " + one, path + "/queue", null),
                new Call(404, "GET " + one, path + "/none", null),
                new Call(409, "DELETE " + one, path + "/queue?confirm=true", null),
                new Call(404, "DELETE " + one, path + "/none", null),
                new Call(409, "DELETE " + one, path + "/left", null),
                new Call(200, "DELETE " + one, path + "/left?confirm=true", null),
                new Call(200, "POST " + one + "/pause", path + "/webhook/pause", null),
                new Call(404, "POST " + one + "/pause", path + "/none/pause", null),
                new Call(200, "POST " + one + "/resume", path + "/webhook/resume", null),
                new Call(404, "POST " + one + "/resume", path + "/none/resume", null));
    }

    private List<Call> deadLetters() {
        String path = "/api/v1/dead-letters";
        String replay = "POST " + path + "/{id}/replay";
        String discard = "POST " + path + "/{id}/discard";
        String all = "{\"destination\":\"refusing\"}";
        String other = "{\"destination\":\"webhook\"}";
        String nobody = "{\"destination\":\"none\"}";
        return List.of(
                new Call(200, "GET " + path, path + "?destination=refusing", null),
                new Call(200, replay, path + "/" + letters.get(0) + "/replay", null),
                new Call(404, replay, path + "/none/replay", null),
                new Call(200, discard, path + "/" + letters.get(1) + "/discard", null),
                new Call(404, discard, path + "/none/discard", null),
                new Call(200, "POST " + path + "/replay", path + "/replay?dryRun=true", all),
                new Call(202, "POST " + path + "/replay", path + "/replay", all, keyed("1")),
                new Call(409, "POST " + path + "/replay", path + "/replay", other, keyed("1")),
                new Call(404, "POST " + path + "/replay", path + "/replay", nobody),
                new Call(400, "POST " + path + "/replay", path + "/replay", "["),
                new Call(422, "POST " + path + "/replay", path + "/replay", "{}"),
                new Call(200, "POST " + path + "/discard", path + "/discard?dryRun=true", all),
                new Call(202, "POST " + path + "/discard", path + "/discard", other, keyed("2")),
                new Call(409, "POST " + path + "/discard", path + "/discard", all, keyed("2")),
                new Call(404, "POST " + path + "/discard", path + "/discard", nobody),
                new Call(400, "POST " + path + "/discard", path + "/discard", "["),
                new Call(422, "POST " + path + "/discard", path + "/discard", "{}"));
    }

    private static List<Call> replays() {
        String path = "/api/v1/replays";
        String known = "{\"destination\":\"shelf\",\"type\":\"whatsapp.message.*\",\"dryRun\":%s}";
        return List.of(
                new Call(200, "POST " + path, path, known.formatted(true)),
                new Call(202, "POST " + path, path, known.formatted(false), keyed("3")),
                new Call(409, "POST " + path, path, "{\"destination\":\"shelf\"}", keyed("3")),
                new Call(400, "POST " + path, path, "{\"since\":\"yesterday\"}"),
                new Call(404, "POST " + path, path, "{\"destination\":\"none\"}"),
                new Call(422, "POST " + path, path, "{}"));
    }

    private static List<Call> operations() {
        String path = "/api/v1/operations";
        String one = path + "/{id}";
        return List.of(
                new Call(200, "GET " + path, path + "?limit=5", null),
                new Call(400, "GET " + path, path + "?limit=0", null),
                new Call(200, "GET " + one, path + "/op-done", null),
                new Call(404, "GET " + one, path + "/none", null),
                new Call(200, "POST " + one + "/cancel", path + "/op-cancelled/cancel", null),
                new Call(404, "POST " + one + "/cancel", path + "/none/cancel", null),
                new Call(409, "POST " + one + "/cancel", path + "/op-done/cancel", null));
    }

    private static List<Call> sending() {
        String path = "/api/v1/sending";
        String release = "POST " + path + "/release";
        return List.of(
                new Call(200, "GET " + path, path, null),
                new Call(400, "GET " + path, path + "?limit=-1", null),
                new Call(200, release, path + "/release", "{\"waiting\":\"send\"}"),
                new Call(400, release, path + "/release", "{"),
                new Call(422, release, path + "/release", "{}"));
    }

    private static String[] keyed(String name) {
        return new String[] {"Idempotency-Key", "documented-" + name};
    }
}
