"""Which intrusions form one cluster across organisations and years."""
