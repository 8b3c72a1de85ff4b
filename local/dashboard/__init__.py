"""CloudWatch dashboards, drawn on this machine from the templates that define them."""
