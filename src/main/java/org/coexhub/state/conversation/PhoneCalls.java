package org.coexhub.state.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.ConversationId;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.HubEvent;
import org.coexhub.event.PhoneDigits;
import org.coexhub.event.slice.Identity;
import org.coexhub.inbound.eventlog.EventBatch;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Step of the router: opens the window for a customer's call, as for a message. A call is no event type of the hub's,
 * so it is read from what Meta sent; all it leaves behind is the window.
 */
@Component("phoneCalls")
public class PhoneCalls {

    /** In seconds it would be in the year 5138. */
    private static final long MILLISECONDS = 100_000_000_000L;

    private final IdentityGraph identities;
    private final ConversationStore conversations;
    private final ObjectMapper json = new ObjectMapper();

    PhoneCalls(IdentityGraph identities, ConversationStore conversations) {
        this.identities = identities;
        this.conversations = conversations;
    }

    private record Call(CustomerIdentity caller, Instant at) {}

    public void open(EventBatch batch) {
        for (var item : batch.accepted()) {
            if (item.verdict() == EventBatch.Verdict.NEW) {
                calls(item.event()).forEach(call -> open(item.event(), call));
            }
        }
    }

    /** Where customers called, once {@link #open} has run. */
    public Set<ConversationId> conversationsOf(EventBatch batch) {
        var called = new LinkedHashSet<ConversationId>();
        for (var item : batch.accepted()) {
            for (Call call : calls(item.event())) {
                identities
                        .find(item.event().number(), call.caller.waId(), call.caller.bsuid())
                        .ifPresent(called::add);
            }
        }
        return called;
    }

    private void open(HubEvent event, Call call) {
        var id = identities.findOrJoin(event.number(), call.caller);
        var made = new TreeMap<String, String>();
        made.put(id.value(), event.number().value());
        conversations.make(made);
        conversations.lead(List.of(id));
        conversations
                .lock(id)
                .ifPresent(
                        conversation -> {
                            conversation.identify(call.caller);
                            conversation.customerWrote(call.at, event.receivedTime(), false);
                            conversations.save(List.of(conversation));
                        });
    }

    private List<Call> calls(HubEvent event) {
        var calls = new ArrayList<Call>();
        if (!"calls".equals(event.field()) || event.number() == null) {
            return calls;
        }
        JsonNode value;
        try {
            value = json.readTree(event.raw());
        } catch (IOException notJson) {
            return calls;
        }
        for (JsonNode call : value.isArray() ? value : value.path("calls")) {
            String from = Identity.clean(call.path("from").asText());
            String digits = from == null ? null : PhoneDigits.of(from);
            String bsuid = Identity.clean(call.path("from_user_id").textValue());
            boolean byCustomer = "USER_INITIATED".equals(call.path("direction").asText());
            boolean begins = "connect".equals(call.path("event").asText());
            Instant at = time(call.path("timestamp").asText(""));
            if (byCustomer && begins && at != null && (digits != null || bsuid != null)) {
                calls.add(new Call(new CustomerIdentity(digits, bsuid, null, null, null), at));
            }
        }
        return calls;
    }

    /** Seconds or milliseconds, told apart by size; null for what Meta cannot mean. */
    private static Instant time(String text) {
        if (!text.matches("[0-9]{1,14}")) {
            return null;
        }
        long value = Long.parseLong(text);
        if (value == 0) {
            return null;
        }
        return value >= MILLISECONDS ? Instant.ofEpochMilli(value) : Instant.ofEpochSecond(value);
    }
}
