package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.CatalogCamelContext;
import org.apache.camel.Category;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.tooling.model.ComponentModel;
import org.coexhub.connector.salesforce.pubsub.SalesforceEventsComponent;
import org.coexhub.delivery.consumer.DestinationEndpoint;
import org.coexhub.inbound.journal.JournalComponent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the hub's jar tells Camel's tools of its own components is what their endpoints take. */
@WithRunningHub
class ComponentMetadataTest {

    private record Option(
            String name,
            String kind,
            boolean required,
            String javaType,
            String defaultValue,
            String description) {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                DestinationEndpoint.class,
                JournalComponent.JournalEndpoint.class,
                SalesforceEventsComponent.ChannelEndpoint.class
            })
    void anEndpointTakesWhatIsToldOfIt(Class<?> endpoint) throws Exception {
        UriEndpoint told = endpoint.getAnnotation(UriEndpoint.class);
        ComponentModel model = OwnComponents.model(endpoint.getPackageName(), told.scheme());

        assertThat(model.getScheme()).isEqualTo(told.scheme());
        assertThat(model.getTitle()).isEqualTo(told.title());
        assertThat(model.getSyntax()).isEqualTo(told.syntax());
        assertThat(model.isConsumerOnly()).isEqualTo(told.consumerOnly());
        assertThat(model.getFirstVersion()).isEqualTo(told.firstVersion());
        assertThat(model.getLabel())
                .isEqualTo(
                        Stream.of(told.category())
                                .map(Category::getValue)
                                .collect(Collectors.joining(",")));
        assertThat(Class.forName(model.getJavaType()).getPackageName())
                .isEqualTo(endpoint.getPackageName());
        assertThat(model.getEndpointOptions().stream().map(ComponentMetadataTest::told))
                .containsExactlyElementsOf(taken(endpoint));
        assertThat(model.getEndpointParameterOptions().stream().map(o -> o.getName()))
                .as("what Camel can set")
                .containsExactlyInAnyOrderElementsOf(settable(endpoint));
    }

    @Test
    void eachIsListed() {
        assertThat(OwnComponents.schemes())
                .containsExactly("destination", "journal", "salesforce-events");
    }

    @Test
    void aRunningHubTellsTheSame(RunningHub hub) throws Exception {
        for (String scheme : OwnComponents.schemes()) {
            var component = hub.camel().getComponent(scheme).getClass();
            assertThat(((CatalogCamelContext) hub.camel()).getComponentParameterJsonSchema(scheme))
                    .as(scheme)
                    .isNotNull()
                    .contains(component.getName());
        }
    }

    private static Option told(ComponentModel.EndpointOptionModel option) {
        return new Option(
                option.getName(),
                option.getKind(),
                option.isRequired(),
                option.getJavaType(),
                option.getDefaultValue() == null ? "" : option.getDefaultValue().toString(),
                option.getDescription());
    }

    private static List<Option> taken(Class<?> endpoint) {
        return Stream.of(endpoint.getDeclaredFields())
                .filter(
                        field ->
                                field.isAnnotationPresent(UriPath.class)
                                        || field.isAnnotationPresent(UriParam.class))
                .map(ComponentMetadataTest::taken)
                .toList();
    }

    private static Option taken(Field field) {
        UriPath path = field.getAnnotation(UriPath.class);
        UriParam parameter = field.getAnnotation(UriParam.class);
        Metadata more = field.getAnnotation(Metadata.class);
        String type = parameter == null ? "" : parameter.javaType();
        return new Option(
                field.getName(),
                path == null ? "parameter" : "path",
                more != null && more.required(),
                type.isEmpty() ? field.getType().getName() : type,
                path == null ? parameter.defaultValue() : path.defaultValue(),
                path == null ? parameter.description() : path.description());
    }

    private static List<String> settable(Class<?> endpoint) {
        return Arrays.stream(endpoint.getDeclaredMethods())
                .map(Method::getName)
                .filter(name -> name.startsWith("set"))
                .map(name -> name.substring(3, 4).toLowerCase(Locale.ROOT) + name.substring(4))
                .toList();
    }
}
