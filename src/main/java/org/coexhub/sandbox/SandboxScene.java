package org.coexhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.sandbox.crm.CrmPanel;
import org.coexhub.sandbox.meta.SimulatedMeta;
import org.coexhub.sandbox.meta.account.Misbehaviour;
import org.coexhub.sandbox.meta.account.WebhookAttempt;
import org.coexhub.sandbox.phones.Chat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gathers everything the page shows, from Meta's side and from the hub's. */
class SandboxScene {
    private static final int SHOWN = 40;

    /** What the page knows of the hub's view of one chat. */
    record HubChat(String conversation, HubWatch.Handover handover) {}

    record Business(String name, String displayPhoneNumber, String phoneNumberId) {}

    /**
     * @param hubChats per local customer name
     * @param sources for messages sent by the API, who asked for it ({@code bot}, {@code agent}, …), per wamid
     * @param commands the latest commands, newest first
     * @param templates of the account, as Graph lists them
     * @param crms by their short names
     * @param events the hub's events that the page does not have yet, oldest first
     * @param eventsUpTo how many events there have been, to be asked from next time
     * @param destinations as the hub's own API lists them
     * @param hubProblem why the hub's API cannot be read, or null
     */
    record Scene(
            Instant now,
            Business business,
            boolean subscribed,
            Misbehaviour misbehaviour,
            List<Chat> chats,
            Map<String, HubChat> hubChats,
            Map<String, String> sources,
            List<CommandDesk.Shown> commands,
            List<JsonNode> templates,
            Map<String, CrmPanel.View> crms,
            List<JsonNode> events,
            long eventsUpTo,
            JsonNode destinations,
            String hubProblem,
            List<SandboxBot.Call> botCalls,
            List<SandboxReceiver.Delivery> receiverDeliveries,
            List<WebhookAttempt> webhooks) {}

    private final SimulatedMeta meta;
    private final SandboxBot bot;
    private final SandboxReceiver receiver;
    private final HubWatch watch;
    private final CommandDesk commands;
    private final List<CrmPanel> crms;

    SandboxScene(
            SimulatedMeta meta,
            SandboxBot bot,
            SandboxReceiver receiver,
            HubWatch watch,
            CommandDesk commands,
            List<CrmPanel> crms) {
        this.meta = meta;
        this.bot = bot;
        this.receiver = receiver;
        this.watch = watch;
        this.commands = commands;
        this.crms = crms;
    }

    Scene now(long afterEvents) {
        HubWatch.Seen seen = watch.seen(afterEvents);
        var account = meta.account();
        return new Scene(
                Instant.now(),
                new Business(
                        account.verifiedName(),
                        account.displayPhoneNumber(),
                        account.phoneNumberId()),
                meta.isSubscribed(),
                meta.misbehaviour(),
                meta.chats(),
                seen.chats(),
                seen.sources(),
                commands.latest(),
                meta.templates(),
                crmViews(),
                seen.events(),
                seen.eventsUpTo(),
                seen.destinations(),
                seen.problem(),
                last(bot.calls()),
                last(receiver.deliveries()),
                last(meta.attempts()));
    }

    private Map<String, CrmPanel.View> crmViews() {
        Map<String, CrmPanel.View> views = new LinkedHashMap<>();
        crms.forEach(crm -> views.put(crm.id(), crm.view()));
        return views;
    }

    private static <T> List<T> last(List<T> all) {
        return all.subList(Math.max(0, all.size() - SHOWN), all.size());
    }
}
