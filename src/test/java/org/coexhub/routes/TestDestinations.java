package org.coexhub.routes;

/** Destinations beside the shipped ones, one for each thing a test wants to see. */
final class TestDestinations {

    private TestDestinations() {}

    static HubFolder in(HubFolder folder) {
        return folder.gatheringDestination("gathering", "whatsapp.*,whatsapp.message.imported")
                .idleDestination("copies-forwarding")
                .idleDestination("copies-forwarding-batches")
                .idleDestination("copies-gathered")
                // One consumer, so that a test knows what is delivered when.
                .destination(
                        "crm",
                        """
                        - route:
                            id: destination-crm
                            from:
                              uri: destination:crm
                              parameters: {events: whatsapp.message.received, concurrency: 1}
                              steps:
                                - removeHeaders: {id: crm-clear, pattern: "*"}
                                - to:
                                    id: crm-deliver
                                    uri: "{{test.sink}}/crm"
                                    parameters: {httpMethod: POST, responseTimeout: 1000, skipResponseHeaders: true}
                        """)
                .destination(
                        "past",
                        """
                        - route:
                            id: destination-past
                            from:
                              uri: destination:past
                              parameters: {events: "whatsapp.message.received,whatsapp.message.imported", concurrency: 1}
                              steps:
                                - removeHeaders: {id: past-clear, pattern: "*"}
                                - to:
                                    id: past-deliver
                                    uri: "{{test.sink}}/past"
                                    parameters: {httpMethod: POST, skipResponseHeaders: true}
                        """)
                .destination(
                        "mapped",
                        """
                        - route:
                            id: destination-mapped
                            from:
                              uri: destination:mapped
                              parameters: {events: whatsapp.message.received, concurrency: 1}
                              steps:
                                - filter:
                                    id: mapped-if-asked
                                    simple: "${header.HubEventId} contains 'unmappable'"
                                    steps:
                                      - throwException:
                                          id: mapped-fault
                                          exceptionType: java.lang.IllegalArgumentException
                                          message: no such field
                        """)
                .destination(
                        "batched",
                        """
                        - route:
                            id: destination-batched
                            from:
                              uri: destination:batched
                              parameters: {events: whatsapp.message.received, concurrency: 1, batch: 5}
                              steps:
                                - removeHeaders: {id: batched-clear, pattern: "*"}
                                - to:
                                    id: batched-deliver
                                    uri: "{{test.sink}}/batched"
                                    parameters: {httpMethod: POST, responseTimeout: 1000, skipResponseHeaders: true}
                        """)
                .destination(
                        "resting",
                        """
                        - route:
                            id: destination-resting
                            from:
                              uri: destination:resting
                              parameters: {events: whatsapp.message.reacted, concurrency: 1, delay: 50}
                              steps:
                                - removeHeaders: {id: resting-clear, pattern: "*"}
                                - to:
                                    id: resting-deliver
                                    uri: "{{test.sink}}/resting"
                                    parameters: {httpMethod: POST, skipResponseHeaders: true}
                        """)
                // Sends to a queue first and may fail after it.
                .destination("forwarding", forwarding("forwarding", 1))
                .destination("forwarding-batches", forwarding("forwarding-batches", 4))
                // Gathers what a test puts into its queue, and passes it on to a queue.
                .destination(
                        "gathered",
                        """
                        - route:
                            id: destination-gathered
                            from:
                              uri: destination:gathered
                              parameters: {events: whatsapp.message.received, numbers: none, concurrency: 1, batch: 2000}
                              steps:
                                - to: {id: gathered-copy, uri: "jms:queue:wa.out.copies-gathered"}
                        """);
    }

    private static String forwarding(String name, int batch) {
        return """
        - route:
            id: destination-%1$s
            from:
              uri: destination:%1$s
              parameters: {events: whatsapp.message.received, concurrency: 1, batch: %2$d}
              steps:
                - to: {id: %1$s-copy, uri: "jms:queue:wa.out.copies-%1$s"}
                - removeHeaders: {id: %1$s-clear, pattern: "*"}
                - to:
                    id: %1$s-deliver
                    uri: "{{test.sink}}/%1$s"
                    parameters: {httpMethod: POST, responseTimeout: 1000, skipResponseHeaders: true}
        """
                .formatted(name, batch);
    }
}
