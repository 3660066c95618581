package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.change;
import static org.coexhub.testing.MetaBodies.list;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.of;
import static org.coexhub.testing.MetaBodies.one;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.routes.HubTest;
import org.coexhub.testing.MetaBodies;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Promise 7: what Meta invents tomorrow is stored, visible, delivered as raw and replayable; and no bytes hurt others. */
class TheUnknownPassesThroughTest extends HubTest {

    private static final List<String> ODD =
            List.of(
                    "null",
                    "-1",
                    "1e999",
                    "\"\"",
                    "\"\\u0000\"",
                    "\"\\ud800\"",
                    "[]",
                    "{}",
                    "[[[]]]",
                    "true",
                    "99999999999999999999999999",
                    "\"253402300800\"",
                    "\"-62135596801\"",
                    "\"9999999999999999\"",
                    "\"ñ😀\"",
                    "\"" + "9".repeat(300) + "\"",
                    "\"" + "A".repeat(3000) + "\"",
                    "{\"a\":{\"a\":[{\"b\":null}]}}");

    @Test
    void aFieldNobodyKnowsIsDeliveredRawAndCanBeReplayed() throws Exception {
        assertThat(post(one("telepathy", "\"thought\":\"" + customer + "\""))).isEqualTo(200);

        await().until(() -> HTTP.requests("/receiver", customer).size() == 1);
        JsonNode event = json.readTree(HTTP.requests("/receiver", customer).getFirst().body());
        assertThat(event.path("type").asText()).isEqualTo("whatsapp.webhook.unrecognized");
        assertThat(event.path("data").path("field").asText()).isEqualTo("telepathy");
        assertThat(event.path("data").path("raw").path("thought").asText()).isEqualTo(customer);
        postJson("/api/v1/replays", "{'destination':'webhook','type':'*.unrecognized'}");
        await().until(() -> HTTP.requests("/receiver", customer).size() == 2);
    }

    @Test
    void aMessageTypeNobodyKnowsKeepsItsPlaceInTheConversation() throws Exception {
        String unknown =
                """
                {"from":"%s","id":"%s","timestamp":"%d","type":"hologram","hologram":{"depth":3}}\
                """
                        .formatted(customer, wamid(2), now());
        post(
                messages(
                        text(customer, wamid(1), now(), "before"),
                        unknown,
                        text(customer, wamid(3), now(), "after")));

        List<JsonNode> events = nextIn("wa.out.gathering", 3);

        assertThat(events)
                .extracting(e -> e.path("id").asText())
                .containsExactly(
                        "message:" + wamid(1), "message:" + wamid(2), "message:" + wamid(3));
        assertThat(events.get(1).path("data").path("raw").path("hologram").path("depth").asInt())
                .isEqualTo(3);
    }

    @Test
    void randomBytesAreAlwaysStoredAndNeverAnEndOfOthers() throws Exception {
        var random = new Random(seed());
        for (int i = 0; i < 60; i++) {
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            assertThat(post(noise)).isEqualTo(200);
            byte[] cut = messages(text(customer, wamid("cut" + i), now(), "cut"));
            assertThat(post(java.util.Arrays.copyOf(cut, random.nextInt(cut.length))))
                    .isEqualTo(200);
        }

        assertNobodyWasHurt();
    }

    @Test
    void payloadsWithOddValuesAnywhereNeverLoseANeighbour() throws Exception {
        var random = new Random(seed());
        List<String> neighbours = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            String good = wamid("good" + i);
            neighbours.add("message:" + good);
            String neighbour =
                    change("messages", list("messages", text(customer, good, now(), "good")));
            byte[] body = of(mutated(random, i), neighbour, mutated(random, i));
            assertThat(post(body))
                    .as("%s", new String(body, StandardCharsets.UTF_8))
                    .isEqualTo(200);
        }

        List<String> seen = new ArrayList<>();
        while (seen.size() < neighbours.size()) {
            String id = nextIn("wa.out.gathering", 1).getFirst().path("id").asText();
            if (neighbours.contains(id)) {
                seen.add(id);
            }
        }
        assertThat(seen).isEqualTo(neighbours);
        assertNobodyWasHurt();
    }

    /** One change of a known kind with one of its values replaced. */
    private String mutated(Random random, int i) {
        String base =
                switch (random.nextInt(5)) {
                    case 0 ->
                            change(
                                    "messages",
                                    list("messages", text(customer, wamid("m" + i), now(), "x")));
                    case 1 ->
                            change(
                                    "messages",
                                    list(
                                            "statuses",
                                            MetaBodies.status(
                                                    customer, wamid("s" + i), now(), "sent")));
                    case 2 ->
                            change(
                                    "smb_message_echoes",
                                    list(
                                            "message_echoes",
                                            MetaBodies.echo("4930", wamid("e" + i), now(), "x")));
                    case 3 ->
                            change(
                                    "smb_app_state_sync",
                                    list(
                                            "state_sync",
                                            """
                                            {"type":"contact","action":"add","contact":{"full_name":"A","phone_number":"4930"},\
                                            "metadata":{"timestamp":"%d"}}\
                                            """
                                                    .formatted(now())));
                    default ->
                            change(
                                    "account_update",
                                    "\"event\":\"DISABLED_UPDATE\"",
                                    "\"ban_info\":{\"a\":\"b\"}");
                };
        var values = java.util.regex.Pattern.compile("(?<=:)(\"[^\"]*\"|\\d+)").matcher(base);
        List<int[]> places = new ArrayList<>();
        while (values.find()) {
            places.add(new int[] {values.start(), values.end()});
        }
        int[] place = places.get(random.nextInt(places.size()));
        return base.substring(0, place[0])
                + ODD.get(random.nextInt(ODD.size()))
                + base.substring(place[1]);
    }

    private void assertNobodyWasHurt() throws Exception {
        post(messages(text(customer, wamid("after all"), now(), "still here")));
        await().until(
                        () ->
                                getJson(
                                                "/api/v1/events?conversation="
                                                        + conversation()
                                                        + "&limit=1000")
                                        .toString()
                                        .contains("still here"));
        assertThat(getJson("/api/v1/dead-letters?destination=in").path("deadLetters")).isEmpty();
    }

    private static long seed() {
        return Long.getLong("seed", 20_261_122);
    }
}
