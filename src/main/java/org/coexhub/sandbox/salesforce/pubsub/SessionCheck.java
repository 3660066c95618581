package org.coexhub.sandbox.salesforce.pubsub;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;

import org.coexhub.sandbox.salesforce.org.Faults;
import org.coexhub.sandbox.salesforce.org.Sessions;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.util.function.Supplier;

/** Lets an RPC through only with a good token, the instance's URL and the org's id in its metadata. */
final class SessionCheck implements ServerInterceptor {
    /** The token of the current RPC. */
    static final Context.Key<String> TOKEN = Context.key("accesstoken");

    private static final Metadata.Key<String> ACCESS_TOKEN = key("accesstoken");
    private static final Metadata.Key<String> INSTANCE_URL = key("instanceurl");
    private static final Metadata.Key<String> TENANT_ID = key("tenantid");

    private final Sessions sessions;
    private final Faults faults;
    private final Supplier<String> instanceUrl;

    SessionCheck(Sessions sessions, Faults faults, Supplier<String> instanceUrl) {
        this.sessions = sessions;
        this.faults = faults;
        this.instanceUrl = instanceUrl;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        String token = headers.get(ACCESS_TOKEN);
        BusError error = check(token, headers.get(INSTANCE_URL), headers.get(TENANT_ID));
        if (error != null) {
            StatusRuntimeException refused = error.with(faults.hasBinaryTrailers());
            call.close(refused.getStatus(), refused.getTrailers());
            return new ServerCall.Listener<>() {};
        }
        return Contexts.interceptCall(
                Context.current().withValue(TOKEN, token), call, headers, next);
    }

    private BusError check(String token, String instance, String tenant) {
        if (faults.isUnavailable() || faults.isCut()) {
            return BusError.UNAVAILABLE;
        }
        if (isBlank(token) || isBlank(instance) || isBlank(tenant)) {
            return BusError.AUTH_HEADERS;
        }
        boolean known =
                tenant.equals(SimulatedOrg.ID)
                        && instance.replaceFirst("/$", "").equals(instanceUrl.get())
                        && sessions.use(token);
        return known ? null : BusError.AUTH;
    }

    private static boolean isBlank(String text) {
        return text == null || text.isBlank();
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
