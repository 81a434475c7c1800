//! Where spans and metrics go: to a collector where one is named, else to standard output. It knows nothing of what is exported.

use std::env;
use std::error::Error;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

/// The providers of spans and of metrics. `OTEL_EXPORTER_OTLP_…` and `OTEL_BSP_…`, `OTEL_METRIC_…` are read by OpenTelemetry itself.
pub(crate) fn made() -> Result<(SdkTracerProvider, SdkMeterProvider), Box<dyn Error>> {
    let resource = Resource::builder().with_service_name("onboarding").build();
    let (spans, metrics) = (SdkTracerProvider::builder(), SdkMeterProvider::builder());
    let (spans, metrics) = if env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_some() {
        // The exporter's own HTTP client takes what the process has; to choose is a program's right, and no library's.
        let _chosen_before = rustls::crypto::ring::default_provider().install_default();
        let to_collector = opentelemetry_otlp::SpanExporter::builder().with_http().build()?;
        let readings = opentelemetry_otlp::MetricExporter::builder().with_http().build()?;
        // In batches and by a thread of their own: no call waits for the collector.
        (spans.with_batch_exporter(to_collector), metrics.with_periodic_exporter(readings))
    } else {
        let readings = opentelemetry_stdout::MetricExporter::default();
        (
            spans.with_simple_exporter(opentelemetry_stdout::SpanExporter::default()),
            metrics.with_periodic_exporter(readings),
        )
    };
    Ok((spans.with_resource(resource.clone()).build(), metrics.with_resource(resource).build()))
}
