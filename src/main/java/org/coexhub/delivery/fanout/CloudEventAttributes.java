package org.coexhub.delivery.fanout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The attributes of a delivered event beside its body, so that a queue can be read without looking inside. The body
 * stays the whole CloudEvent (structured mode), and the attributes have the names that CloudEvents gives them in binary
 * mode, as its bindings allow.
 */
@Component("cloudEventAttributes")
public class CloudEventAttributes {

    /** Of a whole event as a body. */
    public static final String CONTENT_TYPE = "application/cloudevents+json; charset=UTF-8";

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * {@code cloudEvents_<name>}, since the colon of the AMQP binding is not allowed in the name of a JMS property. The
     * content type has the name by which the broker hands it to AMQP clients.
     */
    public void asJmsProperties(@Body byte[] event, Exchange exchange) throws IOException {
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        read(event).forEach((name, value) -> headers.put("cloudEvents_" + name, value));
        headers.put("JMS_AMQP_ContentType", CONTENT_TYPE);
    }

    /** By name; they stand before {@code data}, which is not read. */
    public static Map<String, Object> read(byte[] event) throws IOException {
        var attributes = new LinkedHashMap<String, Object>();
        try (JsonParser parser = JSON.createParser(event)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME
                    && !parser.currentName().equals("data")) {
                String name = parser.currentName();
                switch (parser.nextToken()) {
                    case VALUE_STRING -> attributes.put(name, parser.getText());
                    case VALUE_TRUE -> attributes.put(name, true);
                    case VALUE_FALSE -> attributes.put(name, false);
                    default -> parser.skipChildren();
                }
            }
        }
        attributes.remove("datacontenttype");
        return attributes;
    }
}
