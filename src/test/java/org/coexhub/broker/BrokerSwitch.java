package org.coexhub.broker;

/** What tests of other packages may do to a broker. */
public final class BrokerSwitch {

    private BrokerSwitch() {}

    /** The broker is gone, as after a crash of its own. */
    public static void off(Broker broker) throws Exception {
        broker.close();
    }
}
