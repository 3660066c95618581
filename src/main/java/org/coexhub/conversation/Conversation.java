package org.coexhub.conversation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.ConversationId;
import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.EventId;
import org.coexhub.event.HubEvent;
import org.coexhub.event.PhoneNumberId;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * State of one conversation: the {@link Window} and the handover between bot and people. Both follow Meta's message
 * times, never the time of receipt.
 */
public final class Conversation {

    private static final int RECENT = 10;
    private static final int RECENT_TEXT = 500;
    private static final int SHOWN_NAME = 160;

    final ConversationId id;
    final PhoneNumberId number;
    String waId;
    String bsuid;
    String username;
    String name;
    Window window = Window.NEVER;
    Instant humanUntil;
    String humanCause;

    /** When it was last decided who has the conversation: what was written earlier and arrives later decides nothing. */
    Instant handoverAt;

    /** The event at which the bot's side last asked for people; stays when others decide after it. */
    EventId handoverBy;

    Instant lastAt;
    ArrayNode recent = JsonNodeFactory.instance.arrayNode();
    final boolean stored;

    Conversation(ConversationId id, PhoneNumberId number, boolean stored) {
        this.id = id;
        this.number = number;
        this.stored = stored;
    }

    public ConversationId id() {
        return id;
    }

    /** Null in a group. */
    CustomerIdentity customer() {
        return waId == null && bsuid == null
                ? null
                : new CustomerIdentity(waId, bsuid, null, username, name);
    }

    public Window window() {
        return window;
    }

    public boolean personHasItAt(Instant now) {
        return humanUntil != null && now.isBefore(humanUntil);
    }

    /** Keeps what is newly known; a webhook that omits a part never erases it. */
    void identify(CustomerIdentity customer) {
        if (customer == null) {
            return;
        }
        waId = customer.waId() == null ? waId : customer.waId();
        bsuid = customer.bsuid() == null ? bsuid : customer.bsuid();
        username = customer.username() == null ? username : shortened(customer.username());
        name = customer.name() == null ? name : shortened(customer.name());
    }

    /** Takes over what another conversation of the same person, begun later, has come to. */
    void absorb(Conversation later) {
        window = window.and(later.window);
        lastAt = later.lastAt == null ? lastAt : later(lastAt, later.lastAt);
        boolean decidedLater =
                later.handoverAt != null
                        && (handoverAt == null || later.handoverAt.isAfter(handoverAt));
        if (decidedLater) {
            humanUntil = later.humanUntil;
            humanCause = later.humanCause;
            handoverAt = later.handoverAt;
            handoverBy = later.handoverBy;
        }
        recent.addAll(later.recent);
        while (recent.size() > RECENT) {
            recent.remove(0);
        }
        identify(later.customer());
    }

    void customerWrote(Instant at, Instant received, boolean byAdvertisement) {
        window = window.customerWrote(at, received, byAdvertisement);
        lastAt = later(lastAt, at);
    }

    /** @return whether bots fall silent by this; not when they already were */
    boolean personWrote(Instant at, Duration silence) {
        return personWrote(at, silence, "app_reply");
    }

    /** The same of someone who wrote in an inbox outside the App. */
    boolean agentWrote(Instant at, Duration silence) {
        return personWrote(at, silence, "agent_reply");
    }

    private boolean personWrote(Instant at, Duration silence, String cause) {
        lastAt = later(lastAt, at);
        // What the bot's side decided since takes nothing from a person whose words arrive late.
        if (isDecidedAfter(at) && HandoverCause.of(humanCause).isEmpty()) {
            return false;
        }
        boolean alreadyHuman = personHasItAt(at);
        humanUntil = later(humanUntil, at.plus(silence));
        humanCause = cause;
        handoverAt = later(handoverAt, at);
        return !alreadyHuman;
    }

    /** @return whether bots may speak again by this */
    boolean handBack(Instant at, String cause) {
        if (isDecidedAfter(at)) {
            return false;
        }
        boolean wasHuman = personHasItAt(at);
        humanUntil = null;
        humanCause = cause;
        handoverAt = at;
        return wasHuman;
    }

    /** The word of an operator, or of the bot's side, counts from now on. */
    void order(Instant now, Instant peopleUntil, String cause) {
        humanUntil = peopleUntil;
        humanCause = cause;
        handoverAt = now;
    }

    /** The bot's side, at this event, wants people to go on. */
    void handOver(Instant now, Instant peopleUntil, EventId asked, HandoverCause cause) {
        order(now, peopleUntil, cause.wireName());
        handoverBy = asked;
    }

    /** Whether people have it because the bot's side wanted so at this event, and nobody decided after it. */
    boolean isHandedOverBy(EventId asked) {
        return HandoverCause.of(humanCause).isPresent() && asked.equals(handoverBy);
    }

    /** Meta's times are whole seconds, so within one second the later arrival decides. */
    private boolean isDecidedAfter(Instant at) {
        return handoverAt != null && at.isBefore(handoverAt.truncatedTo(ChronoUnit.SECONDS));
    }

    void remember(HubEvent event, String type, String text) {
        String wamid = event.id().value();
        for (var known : recent) {
            if (wamid.equals(known.path("id").textValue())) {
                return;
            }
        }
        var entry = recent.addObject();
        entry.put("id", wamid);
        entry.put("origin", event.origin().wireName());
        entry.put("type", type);
        entry.put(
                "text",
                text == null ? null : text.substring(0, Math.min(text.length(), RECENT_TEXT)));
        entry.put("time", event.time().toString());
        lastAt = later(lastAt, event.time());
        while (recent.size() > RECENT) {
            recent.remove(0);
        }
    }

    /** As destinations and the API see it. */
    public ObjectNode describe(Instant now) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", id.value());
        node.put("number", number.value());
        ObjectNode customer = node.putObject("customer");
        customer.put("waId", waId).put("bsuid", bsuid).put("username", username).put("name", name);
        node.set("window", window.describe(now));
        ObjectNode bot = node.putObject("bot");
        bot.put("on", !personHasItAt(now));
        bot.put("offUntil", personHasItAt(now) ? text(humanUntil) : null);
        bot.put("cause", humanCause);
        node.put("lastAt", text(lastAt));
        node.set("recent", recent);
        return node;
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static Instant later(Instant a, Instant b) {
        return a == null || b.isAfter(a) ? b : a;
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), SHOWN_NAME));
    }
}
