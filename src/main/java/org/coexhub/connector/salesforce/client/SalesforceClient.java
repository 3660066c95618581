package org.coexhub.connector.salesforce.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.salesforce.SalesforceComponent;
import org.apache.camel.component.salesforce.SalesforceEndpointConfig;
import org.apache.camel.component.salesforce.api.SalesforceException;
import org.apache.camel.component.salesforce.internal.SalesforceSession;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Calls the org's interfaces through the route {@code salesforce-call}, one request per call, and says what a failure
 * means. Camel's component logs in, keeps the session and renews an expired one.
 */
@Component("salesforceClient")
public class SalesforceClient {

    static final String ROUTE = "direct:salesforce-call";

    private static final String JSON_TYPE = "application/json;charset=utf-8";
    private static final String CSV_TYPE = "text/csv;charset=utf-8";
    private static final int BAD_REQUEST = 400;

    private final SalesforceSettings settings;
    private final SalesforceComponent component;
    private final ApiAllocation allocation;
    private final CamelContext camel;
    private final MeterRegistry meters;
    private final ObjectMapper json = new ObjectMapper();
    private volatile ProducerTemplate template;

    SalesforceClient(
            SalesforceSettings settings,
            SalesforceComponent component,
            ApiAllocation allocation,
            CamelContext camel,
            MeterRegistry meters) {
        this.settings = settings;
        this.component = component;
        this.allocation = allocation;
        this.camel = camel;
        this.meters = meters;
    }

    /** First step of the routes: nothing is called while the hub's share of the day's calls is used. */
    public void stayWithinAllocation() {
        if (!allocation.shareIsUsed()) {
            return;
        }
        if (allocation.untilAsking().isZero()) {
            JsonNode day = get("limits", "/limits/").path("DailyApiRequests");
            long max = day.path("Max").asLong();
            allocation.seen(max - day.path("Remaining").asLong(), max);
        }
        if (allocation.shareIsUsed()) {
            throw DeliveryFailedException.passing(
                    "Salesforce: "
                            + allocation
                            + " are used, the hub's share is "
                            + settings.dailyShare()
                            + " %",
                    null,
                    allocation.untilAsking());
        }
    }

    /** @param call names the call in the metrics */
    public JsonNode get(String call, String path) {
        return tree(call("GET", call, path, null, JSON_TYPE, JSON_TYPE));
    }

    public JsonNode query(String call, String soql) {
        return get(call, "/query?q=" + encoded(soql));
    }

    public JsonNode post(String call, String path, JsonNode body) {
        return tree(call("POST", call, path, bytes(body), JSON_TYPE, JSON_TYPE));
    }

    public JsonNode patch(String call, String path, JsonNode body) {
        return tree(call("PATCH", call, path, bytes(body), JSON_TYPE, JSON_TYPE));
    }

    public void putCsv(String call, String path, String csv) {
        call("PUT", call, path, csv.getBytes(StandardCharsets.UTF_8), CSV_TYPE, JSON_TYPE);
    }

    public String getCsv(String call, String path) {
        return call("GET", call, path, null, JSON_TYPE, "text/csv");
    }

    /** Path of an interface from the root of the instance, as sub-requests want it. */
    public String versioned(String path) {
        return "/services/data/" + settings.apiVersion() + path;
    }

    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public boolean stopping() {
        return camel.isStopping() || camel.isStopped();
    }

    private String call(
            String method, String call, String path, byte[] body, String type, String accept) {
        logIn();
        // A fresh exchange: of headers the component would obey there are these and no other.
        Exchange answer =
                template()
                        .request(
                                ROUTE,
                                exchange -> {
                                    var message = exchange.getMessage();
                                    message.setBody(body);
                                    message.setHeader(SalesforceEndpointConfig.RAW_METHOD, method);
                                    message.setHeader(
                                            SalesforceEndpointConfig.RAW_PATH, versioned(path));
                                    message.setHeader(
                                            SalesforceEndpointConfig.RAW_HTTP_HEADERS,
                                            "Content-Type,Accept");
                                    message.setHeader("Content-Type", type);
                                    message.setHeader("Accept", accept);
                                });
        allocation.seen(answer.getMessage().getHeader(ApiAllocation.HEADER, String.class));
        Exception failure = answer.getException();
        meters.counter(
                        "hub_salesforce_calls",
                        "call",
                        call,
                        "outcome",
                        failure == null ? "ok" : "failed")
                .increment();
        if (failure != null) {
            throw judged(failure);
        }
        String text = answer.getMessage().getBody(String.class);
        return text == null ? "" : text;
    }

    /** Camel's raw operation is the one that does not log in by itself. */
    private void logIn() {
        SalesforceSession session = component.getSession();
        if (session == null) {
            throw DeliveryFailedException.passing(
                    "Salesforce: the route salesforce-call does not run", null, null);
        }
        if (session.getAccessToken() == null) {
            try {
                session.login(null);
            } catch (SalesforceException e) {
                throw loginRefused(e);
            }
        }
    }

    private RuntimeException judged(Exception failure) {
        if (!(failure instanceof SalesforceException refusal)) {
            return failure instanceof RuntimeException other
                    ? other
                    : DeliveryFailedException.passing(
                            failure.getClass().getSimpleName(), null, null);
        }
        int status = refusal.getStatusCode();
        if (status == 0) {
            Throwable cause = refusal.getCause() == null ? refusal : refusal.getCause();
            return DeliveryFailedException.passing(
                    "Salesforce: no answer, " + cause.getClass().getSimpleName(), null, null);
        }
        JsonNode errors = errors(refusal.getMessage());
        if (errors == null && refusal.getCause() instanceof SalesforceException login) {
            return loginRefused(login);
        }
        SalesforceFault fault =
                errors == null
                        ? new SalesforceFault(status, "HTTP " + status, "")
                        : SalesforceFault.of(status, errors.path(0));
        if (fault.code().equals(SalesforceFault.REQUEST_LIMIT)) {
            allocation.exhausted();
        }
        return fault.verdict();
    }

    /** An org that lets the hub in no more is no fault of an event. */
    private static DeliveryFailedException loginRefused(SalesforceException e) {
        String detail =
                e.getErrors().isEmpty()
                        ? e.getStatusCode() == 0 ? "no answer" : "HTTP " + e.getStatusCode()
                        : e.getErrors().getFirst().getErrorCode();
        Duration wait = e.getStatusCode() == BAD_REQUEST ? Duration.ofSeconds(30) : null;
        return DeliveryFailedException.passing(
                "Salesforce: login refused (" + detail + ")",
                e.getStatusCode() == 0 ? null : e.getStatusCode(),
                wait);
    }

    /** The error list of an answer; null when it is none. */
    private JsonNode errors(String body) {
        try {
            JsonNode errors = json.readTree(body == null ? "" : body);
            return errors.isArray() && !errors.isEmpty() ? errors : null;
        } catch (JsonProcessingException notJson) {
            return null;
        }
    }

    private JsonNode tree(String answer) {
        try {
            return json.readTree(answer);
        } catch (JsonProcessingException e) {
            // Cut off on the way, or a proxy's page: the request may have been carried out, and
            // every request of the hub may be repeated.
            throw DeliveryFailedException.passing(
                    "Salesforce: an answer that is not JSON", null, null);
        }
    }

    private byte[] bytes(JsonNode body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException("writing to memory failed", impossible);
        }
    }

    private ProducerTemplate template() {
        if (template == null) {
            synchronized (this) {
                if (template == null) {
                    template = camel.createProducerTemplate();
                }
            }
        }
        return template;
    }
}
