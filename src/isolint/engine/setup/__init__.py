"""What a project starts with: what was found in its code, a configuration that says so, a hook, a CI job."""
