package org.coexhub.routes;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.BindToRegistry;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.apache.camel.test.junit5.TestExecutionConfiguration;
import org.coexhub.delivery.fanout.CloudEventAttributes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The shipped route {@code destination-queue} by itself: what a message on wa.events says of its event. */
class EventsOnTheTopicRouteTest extends CamelTestSupport {

    private static final byte[] EVENT =
            """
            {"specversion":"1.0","id":"message:wamid.1","type":"whatsapp.message.received","data":{"id":"not this"}}
            """
                    .getBytes(StandardCharsets.UTF_8);

    @BindToRegistry("cloudEventAttributes")
    private final CloudEventAttributes attributes = new CloudEventAttributes();

    @Override
    public void configureTest(TestExecutionConfiguration test) {
        test.withUseAdviceWith(true);
    }

    @BeforeEach
    void replaceTheQueues() throws Exception {
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(
                        ResourceHelper.resolveMandatoryResource(
                                context, "file:routes/destinations/queue.camel.yaml"));
        AdviceWith.adviceWith(
                context,
                "destination-queue",
                route -> {
                    route.replaceFromWith("direct:event");
                    route.weaveById("queue-publish").replace().to("mock:wa.events");
                });
        context.start();
    }

    @Test
    void theMessageCarriesTheAttributesAndWhatSelectorsAskFor() throws Exception {
        MockEndpoint topic = getMockEndpoint("mock:wa.events");
        topic.expectedBodiesReceived(EVENT);
        topic.expectedHeaderReceived("type", "whatsapp.message.received");
        topic.expectedHeaderReceived("origin", "customer");
        topic.expectedHeaderReceived("phonenumberid", "700100200300");
        topic.expectedHeaderReceived("JMSXGroupID", "conversation");
        topic.expectedHeaderReceived("cloudEvents_id", "message:wamid.1");

        template.sendBodyAndHeaders(
                "direct:event",
                EVENT,
                Map.of(
                        "HubEventType", "whatsapp.message.received",
                        "HubOrigin", "customer",
                        "HubPhoneNumberId", "700100200300",
                        "HubConversation", "conversation"));

        topic.assertIsSatisfied();
    }

    @Test
    void anEventThatCannotBeReadReachesNobody() throws Exception {
        MockEndpoint topic = getMockEndpoint("mock:wa.events");
        topic.expectedMessageCount(0);

        var exchange = template.request("direct:event", e -> e.getMessage().setBody("no JSON"));

        assertThat(exchange.getException()).isNotNull();
        topic.assertIsSatisfied();
    }
}
