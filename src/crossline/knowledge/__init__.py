"""What is known of groups, their tools and techniques, each relation with its reports and dates."""
