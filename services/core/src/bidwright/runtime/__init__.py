"""What services share and plugins never see: settings, store, streams, RPC, logs, metrics."""
