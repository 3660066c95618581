package org.coexhub.state.conversation;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.ArrayList;
import java.util.Comparator;

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

    /** As the App's address book has it; null where it has nobody. */
    String contactName;

    private Instant contactAt;
    Window window = Window.NEVER;
    Instant humanUntil;
    String humanCause;

    /** When it was last decided who has the conversation: what was written earlier and arrives later decides nothing. */
    Instant handoverAt;

    /** When a person last said something to the customer; stays when the conversation returns to the bot. */
    Instant personAt;

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
                : new CustomerIdentity(waId, bsuid, null, username, shownName());
    }

    /** The company's own name for the customer goes before the one the customer chose, as it does in the App. */
    private String shownName() {
        return contactName == null ? name : contactName;
    }

    public Window window() {
        return window;
    }

    public boolean personHasItAt(Instant now) {
        return humanUntil != null && now.isBefore(humanUntil);
    }

    /** Whether a person has spoken since then, so that what a bot wrote at that time is no answer any more. */
    boolean personSpokeSince(Instant written) {
        return personAt != null && !personAt.isBefore(written);
    }

    /** Keeps what is newly known; a webhook that omits a part never erases it. */
    void identify(CustomerIdentity customer) {
        if (customer != null) {
            waId = customer.waId() == null ? waId : customer.waId();
            bsuid = customer.bsuid() == null ? bsuid : customer.bsuid();
            name(customer);
        }
    }

    /** From what others say to or about the customer, who may name an address that is no longer theirs. */
    void identifyWhereUnknown(CustomerIdentity customer) {
        if (customer != null) {
            waId = waId == null ? customer.waId() : waId;
            bsuid = bsuid == null ? customer.bsuid() : bsuid;
            name(customer);
        }
    }

    private void name(CustomerIdentity customer) {
        username = customer.username() == null ? username : shortened(customer.username());
        name = customer.name() == null ? name : shortened(customer.name());
    }

    /** An entry of the address book came, or went; by Meta's times the last one counts. */
    void contact(Instant at, String nameThere) {
        if (contactAt == null || !at.isBefore(contactAt)) {
            contactAt = at;
            contactName = nameThere == null ? null : shortened(nameThere);
        }
    }

    Instant contactAt() {
        return contactAt;
    }

    void contactAt(Instant at) {
        contactAt = at;
    }

    /** A message from before the hub: it puts the conversation into its place among others, and nothing else. */
    void imported(Instant at) {
        lastAt = later(lastAt, at);
    }

    /** Takes over what another conversation of the same person has come to, whichever began first. */
    void absorb(Conversation other) {
        window = window.and(other.window);
        boolean newer = other.lastAt != null && (lastAt == null || !other.lastAt.isBefore(lastAt));
        username = either(newer, other.username, username);
        name = either(newer, other.name, name);
        lastAt = other.lastAt == null ? lastAt : later(lastAt, other.lastAt);
        boolean decidedLater =
                other.handoverAt != null
                        && (handoverAt == null || other.handoverAt.isAfter(handoverAt));
        boolean counts =
                decidedLater ? !isKeptFromTheBotBy(this, other) : isKeptFromTheBotBy(other, this);
        if (counts) {
            humanUntil = other.humanUntil;
            humanCause = other.humanCause;
            handoverAt = other.handoverAt;
            handoverBy = other.handoverBy;
        }
        if (other.personAt != null) {
            personAt = later(personAt, other.personAt);
        }
        recent = lastOf(recent, other.recent);
        waId = other.waId == null ? waId : other.waId;
        bsuid = other.bsuid == null ? bsuid : other.bsuid;
        if (other.contactAt != null) {
            contact(other.contactAt, other.contactName);
        }
    }

    /** Whether a person had the first when the bot's side asked for people in the second. */
    private static boolean isKeptFromTheBotBy(Conversation first, Conversation second) {
        return first.humanUntil != null
                && HandoverCause.of(first.humanCause).isEmpty()
                && HandoverCause.of(second.humanCause).isPresent()
                && second.handoverAt != null
                && second.handoverAt.isBefore(first.humanUntil);
    }

    private static ArrayNode lastOf(ArrayNode some, ArrayNode others) {
        var all = new ArrayList<JsonNode>();
        some.forEach(all::add);
        others.forEach(all::add);
        all.sort(Comparator.comparing(entry -> Instant.parse(entry.path("time").textValue())));
        return JsonNodeFactory.instance
                .arrayNode()
                .addAll(all.subList(Math.max(0, all.size() - RECENT), all.size()));
    }

    private static String either(boolean first, String one, String other) {
        return first && one != null || other == null ? one : other;
    }

    void customerWrote(Instant at, Instant received, boolean byAdvertisement) {
        window = window.customerWrote(at, received, byAdvertisement);
        lastAt = later(lastAt, at);
    }

    /**
     * @param received when the hub came to know of it
     * @param now a silence that has ended by then is none: it changes nothing of who has the conversation
     * @return whether bots fall silent by this; not when they already were
     */
    boolean personWrote(Instant at, Instant received, Instant now, Duration silence) {
        return personWrote(at, received, now, silence, "app_reply");
    }

    /** The same of someone who wrote outside the App, in an inbox or through the hub. */
    boolean agentWrote(Instant at, Instant received, Instant now, Duration silence) {
        return personWrote(at, received, now, silence, "agent_reply");
    }

    private boolean personWrote(
            Instant at, Instant received, Instant now, Duration silence, String cause) {
        lastAt = later(lastAt, at);
        // The latest moment at which it can have been: Meta's times are whole seconds, and a time
        // in the future would silence the bot beyond every hand back.
        Instant latest = at.plusMillis(999);
        personAt = later(personAt, latest.isAfter(received) ? received : latest);
        // What the bot's side decided since takes nothing from a person whose words arrive late.
        if (isDecidedAfter(at) && HandoverCause.of(humanCause).isEmpty()) {
            return false;
        }
        if (!at.plus(silence).isAfter(now)) {
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
        if (recent(event.id()) != null) {
            return;
        }
        var entry = recent.addObject();
        entry.put("id", event.id().value());
        entry.put("origin", event.origin().wireName());
        entry.put("type", type);
        entry.put("text", beginning(text));
        entry.put("time", event.time().toString());
        lastAt = later(lastAt, event.time());
        while (recent.size() > RECENT) {
            recent.remove(0);
        }
    }

    /** An earlier message has new words; where it is not among the last ones nothing changes. */
    void edited(EventId message, Instant at, String text) {
        ObjectNode entry = recent(message);
        if (entry != null && !entry.has("revoked") && !isAfter(entry.path("edited"), at)) {
            entry.put("text", beginning(text)).put("edited", at.toString());
        }
    }

    /** An earlier message was taken back, and its words with it. */
    void revoked(EventId message, Instant at) {
        ObjectNode entry = recent(message);
        if (entry != null) {
            entry.put("text", (String) null).put("revoked", at.toString());
        }
    }

    private ObjectNode recent(EventId message) {
        for (var known : recent) {
            if (message.value().equals(known.path("id").textValue())) {
                return (ObjectNode) known;
            }
        }
        return null;
    }

    private static boolean isAfter(JsonNode time, Instant at) {
        return time.isTextual() && Instant.parse(time.textValue()).isAfter(at);
    }

    private static String beginning(String text) {
        return text == null ? null : text.substring(0, Math.min(text.length(), RECENT_TEXT));
    }

    /** As destinations and the API see it. */
    public ObjectNode describe(Instant now) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", id.value());
        node.put("number", number.value());
        ObjectNode customer = node.putObject("customer");
        customer.put("waId", waId).put("bsuid", bsuid).put("username", username);
        customer.put("name", shownName()).put("profileName", name).put("contactName", contactName);
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
