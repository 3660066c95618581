package org.coexhub.connector.salesforce;

import com.fasterxml.jackson.databind.JsonNode;

import org.apache.camel.Body;
import org.coexhub.connector.salesforce.client.SalesforceClient;
import org.coexhub.connector.salesforce.client.SalesforceSettings;
import org.coexhub.connector.salesforce.map.MappingCheck;
import org.coexhub.connector.salesforce.map.MappingFile;
import org.coexhub.connector.salesforce.map.MessageBatch;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.event.CloudEvent;
import org.coexhub.event.Wamid;
import org.coexhub.state.conversation.MessageStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns events into records, once the mapping was checked against what the org says of its objects. The check is made
 * when the hub has started, and again before a delivery until it finds nothing: while the mapping does not fit, the
 * destination pauses and its last error says why, for every event would be refused alike.
 */
@Component("salesforceMapping")
public class SalesforceMapping {

    private static final Logger LOG = LoggerFactory.getLogger(SalesforceMapping.class);
    private static final Duration MENDING = Duration.ofMinutes(1);

    private final SalesforceSettings settings;
    private final SalesforceClient client;
    private final MappingFile file;
    private final MessageStore messages;
    private MappingCheck checked;

    SalesforceMapping(
            SalesforceSettings settings,
            SalesforceClient client,
            MappingFile file,
            MessageStore messages) {
        this.settings = settings;
        this.client = client;
        this.file = file;
        this.messages = messages;
    }

    @EventListener(ApplicationReadyEvent.class)
    void checkAtStart() {
        if (settings.on()) {
            Thread.ofVirtual()
                    .name("salesforce-mapping-check")
                    .start(
                            () -> {
                                try {
                                    check();
                                } catch (RuntimeException e) {
                                    LOG.warn(
                                            "The Salesforce mapping could not be checked yet: {}",
                                            e.getMessage());
                                }
                            });
        }
    }

    /** Step of the routes. A status never goes back: what the store has of a message is at least as far as its events. */
    public MessageBatch read(@Body byte[] events) throws IOException {
        check();
        var batch = new MessageBatch(CloudEvent.readAll(events), settings.statuses(), hubUrl());
        Set<String> wamids = batch.wamids();
        if (!wamids.isEmpty()) {
            batch.raise(
                    messages
                            .statesOf(wamids.stream().map(Wamid::new).collect(Collectors.toSet()))
                            .entrySet()
                            .stream()
                            .collect(
                                    Collectors.toMap(
                                            e -> e.getKey().value(), Map.Entry::getValue)));
        }
        return batch;
    }

    MappingFile file() {
        return file;
    }

    /**
     * What the org has; asked for once.
     *
     * @throws DeliveryFailedException the mapping does not fit, or Salesforce cannot be asked
     */
    synchronized MappingCheck check() {
        if (checked != null) {
            return checked;
        }
        var objects = new LinkedHashMap<String, JsonNode>();
        for (String object : objects()) {
            try {
                objects.put(object, client.get("describe", "/sobjects/" + object + "/describe"));
            } catch (DeliveryFailedException failed) {
                if (!failed.getMessage().contains("NOT_FOUND")) {
                    throw failed;
                }
            }
        }
        MappingCheck check = MappingCheck.of(file, objects);
        List<String> faults = check.faults();
        if (!faults.isEmpty()) {
            faults.forEach(fault -> LOG.error("Salesforce mapping{}: {}", where(), fault));
            throw DeliveryFailedException.passing(
                    "Salesforce mapping"
                            + where()
                            + ": "
                            + faults.getFirst()
                            + (faults.size() == 1
                                    ? ""
                                    : "; and " + (faults.size() - 1) + " more, see the log"),
                    null,
                    MENDING);
        }
        LOG.info("The Salesforce mapping fits the org");
        checked = check;
        return check;
    }

    private Set<String> objects() {
        var objects = new LinkedHashSet<String>();
        objects.add(file.message().object());
        objects.add(file.contact().object());
        objects.add(file.lead().object());
        objects.add(file.review().object());
        objects.add(file.result().object());
        return objects;
    }

    private String where() {
        return settings.mapping().isBlank() ? "" : " " + settings.mapping();
    }

    private String hubUrl() {
        return settings.hubUrl().endsWith("/")
                ? settings.hubUrl().substring(0, settings.hubUrl().length() - 1)
                : settings.hubUrl();
    }
}
