package org.coexhub.sandbox.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.meta.account.GraphFault;
import org.coexhub.sandbox.meta.account.Misbehaviour;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A customer stops the shop's promotions. */
class PromotionsTest extends SimulatedMetaFixture {

    @BeforeEach
    void connected() throws Exception {
        subscribe();
    }

    @Test
    void theHubIsToldThatACustomerStoppedAndResumed() {
        meta.phoneOf("ana").offers(false);
        soon().until(() -> hub.values("user_preferences").size() == 1);
        meta.phoneOf("ana").offers(true);
        soon().until(() -> hub.values("user_preferences").size() == 2);

        JsonNode stop = hub.values("user_preferences").getFirst().at("/user_preferences/0");
        assertThat(stop.path("wa_id").asText()).isEqualTo(ANA);
        assertThat(stop.path("category").asText()).isEqualTo("marketing_messages");
        assertThat(stop.path("value").asText()).isEqualTo("stop");
        assertThat(stop.path("timestamp").isNumber()).isTrue();
        assertThat(hub.values("user_preferences").getLast().at("/user_preferences/0/value"))
                .hasToString("\"resume\"");
    }

    @Test
    void whileStoppedMarketingIsRefusedAndNothingElse() throws Exception {
        meta.phoneOf("ana").offers(false);

        assertThat(graph.send(template("we_miss_you", "Ana")).errorCode()).isEqualTo(131050);
        assertThat(graph.send(template("order_update", "Ana", "17")).status()).isEqualTo(200);

        meta.phoneOf("ana").offers(true);
        assertThat(graph.send(template("we_miss_you", "Ana")).status()).isEqualTo(200);
    }

    @Test
    void templatesArePricedByTheirCategory() throws Exception {
        String wamid = graph.send(template("we_miss_you", "Ana")).wamid();

        soon().until(() -> hub.statusesOf(wamid).size() == 3);
        assertThat(hub.values("messages").getFirst().at("/statuses/0/pricing/category").asText())
                .isEqualTo("marketing");
    }

    @Test
    void whileTheLineIsPulledNeitherAnswersNorWebhooksComeThrough() throws Exception {
        meta.phoneOf("ana").writes("hello");
        soon().until(() -> hub.values("messages").size() == 1);
        meta.misbehave(Misbehaviour.NONE.withNetwork(GraphFault.UNPLUGGED));

        assertThat(catchThrowable(() -> graph.text(ANA, "hi"))).isNotNull();
        soon().until(() -> !meta.attempts().isEmpty() && meta.attempts().getLast().status() == 0);
        assertThat(meta.accepted()).hasSize(1);
        assertThat(hub.values("messages")).hasSize(1);

        meta.misbehave(Misbehaviour.NONE);
        String wamid = meta.accepted().getFirst().wamid();
        soon().until(() -> hub.statusesOf(wamid).size() == 3);
    }

    private ObjectNode template(String name, String... values) {
        ObjectNode message = graph.message(ANA, "template");
        ObjectNode template = message.putObject("template").put("name", name);
        template.putObject("language").put("code", "en");
        var parameters =
                template.putArray("components")
                        .addObject()
                        .put("type", "body")
                        .putArray("parameters");
        for (String value : values) {
            parameters.addObject().put("type", "text").put("text", value);
        }
        return message;
    }
}
