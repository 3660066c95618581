package org.coexhub.connector.salesforce.pubsub;

/** Headers of a platform event on its way through a route. The body is the event's fields as a JSON object. */
public final class SalesforceEventHeaders {

    /** The same for every copy of the event, also after a move of the org. */
    public static final String ID = "HubSalesforceEventId";

    /** True when the hub's own user published it, or a Flow or trigger did in consequence of what that user wrote. */
    public static final String OWN = "HubSalesforceOwn";

    /** Why the payload cannot be read; the body is the payload as it came. */
    public static final String FAULT = "HubSalesforceFault";

    private SalesforceEventHeaders() {}
}
